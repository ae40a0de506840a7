import { z } from "zod";

import { checkGiven } from "./archive.ts";
import { sha256 } from "./digest.ts";
import { localFile } from "./local-file.ts";
import { absolutePath } from "./path.ts";
import { httpUrl } from "./url.ts";

/** A program that no package manager has: an archive, and what to run of it. */
export const artefact = z
  .strictObject({
    url: httpUrl.optional().describe("where the host downloads it; or give `source`"),
    source: localFile("sent")
      .optional()
      .describe("path on the machine that runs Pulumi, where it is at every preview but an offline one; or give `url`"),
    sha256: sha256.describe("its digest"),
    stripComponents: z.int().min(0).default(0).describe("leading folders to drop from each name in the archive"),
    unpack: z.boolean().optional().describe("`false`: it is no archive but the program itself"),
    program: z
      .string()
      .regex(/^[^/]/, "must be a path within the archive")
      .optional()
      .describe("the program, by its path within the archive; left out: by the name that releases give it"),
    args: z.array(z.string()).default([]).describe("arguments of the program"),
    env: z.record(z.string(), z.string()).default({}).describe("environment variables of the program"),
    dataDir: absolutePath.optional().describe("where it keeps what must outlive it"),
  })
  .superRefine(checkGiven)
  .refine(({ unpack, program }) => unpack !== false || program === undefined, {
    path: ["program"],
    message: "names a file of an archive; with `unpack: false` there is none, leave it out",
  });

export type Artefact = z.output<typeof artefact>;

import { z } from "zod";

import { sayHowPacked } from "./archive.ts";
import { localFile } from "./local-file.ts";
import { absolutePath } from "./path.ts";

/** A program that no package manager has: an archive, and what to run of it. */
export const artefact = z
  .strictObject({
    url: z.url({ protocol: /^https?$/, error: "must be an http or https URL" }).optional(),
    /** Path on the machine that runs Pulumi, where it is at every preview but an offline one; or give `url`. */
    source: localFile("sent").optional(),
    sha256: z.string().regex(/^[0-9a-f]{64}$/, "must be 64 lower-case hexadecimal digits"),
    /** Leading folders to drop from each name in the archive. */
    stripComponents: z.int().min(0).default(0),
    /** `false`: it is no archive but the program itself. @default true */
    unpack: z.boolean().optional(),
    /** The program, by its path within the archive. @default the name that releases give it */
    program: z.string().regex(/^[^/]/, "must be a path within the archive").optional(),
    args: z.array(z.string()).default([]),
    env: z.record(z.string(), z.string()).default({}),
    /** Where it keeps what must outlive it. */
    dataDir: absolutePath.optional(),
  })
  .superRefine(sayHowPacked)
  .refine(({ unpack, program }) => unpack !== false || program === undefined, {
    path: ["program"],
    message: "names a file of an archive; with `unpack: false` there is none, leave it out",
  })
  .refine(({ url, source }) => (url === undefined) !== (source === undefined), {
    path: ["url"],
    message: "give either `url` or `source`",
  });

export type Artefact = z.output<typeof artefact>;

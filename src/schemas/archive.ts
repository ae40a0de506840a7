import { z } from "zod";

import { sha256 } from "./digest.ts";
import { hostName } from "./host.ts";
import { absolutePath, account } from "./path.ts";
import { resourceSchema } from "./resource-schema.ts";
import { httpUrl } from "./url.ts";

/** What an archive's name must end with, so that nobody guesses how to unpack it. */
export const archiveSuffix = /\.(tar\.gz|tgz|tar\.xz|tar\.zst|zip)$/;

interface Given {
  readonly url?: string | undefined;
  readonly source?: string | undefined;
  readonly unpack?: boolean | undefined;
}

/** Adds a fault where it is not told by `url` or `source` alone, or the name there does not say how it is packed. */
export function checkGiven({ url, source, unpack = true }: Given, context: z.RefinementCtx): void {
  if ((url === undefined) === (source === undefined)) {
    context.addIssue({ code: "custom", path: ["url"], message: "give either `url` or `source`" });
  }
  for (const [property, name] of Object.entries({ url: url && pathOf(url), source })) {
    if (name === undefined || (unpack ? archiveSuffix : /[^/]$/).test(name)) continue;
    const advice = "or, of a program that is no archive, say `unpack: false`";
    const message = unpack
      ? `must end in .tar.gz, .tgz, .tar.xz, .tar.zst or .zip; ${advice}`
      : "must end in the name of the program";
    context.addIssue({ code: "custom", path: [property], message });
  }
}

const pathOf = (url: string): string => (URL.canParse(url) ? new URL(url).pathname : url);

export const archiveSchema = resourceSchema({
  type: "groundwork:posix:Archive",
  kind: "archive",
  description:
    "An unpacked archive: a directory that is as the archive says, exchanged whole when the archive changes.",
  inputs: z
    .strictObject({
      host: hostName.describe("Host that unpacks it."),
      path: absolutePath.describe(
        "Directory that the archive becomes; belongs to it whole. Where others put something into it, it stays under another name when the archive changes or is deleted; while something is mounted in it, both are refused.",
      ),
      url: httpUrl.describe("Where to download it; the host itself does where it has curl or wget.").optional(),
      source: z.string().describe("Path of the archive on the machine that runs Pulumi; or give `url`.").optional(),
      sha256: sha256.describe("Digest of the archive; nothing else is unpacked."),
      stripComponents: z.int().min(0).describe("Leading directories to drop from each name in the archive.").default(0),
      unpack: z
        .boolean()
        .describe(
          "`false`: what is given is no archive but a program. It lies in the directory under its own name, executable.",
        )
        .default(true),
      owner: account.describe("User that owns all of it.").default("root"),
      group: account.describe("Group that owns all of it.").default("root"),
      edits: z
        .array(z.string())
        .max(0, "only the machine fills this in: what was changed there by hand")
        .default([])
        .describe(
          "Files of the archive that were changed or removed by hand. Only `[]` can be declared, so any is drift, and the archive is unpacked anew. What else somebody put there is none.",
        ),
    })
    .superRefine(checkGiven),
  outputs: z.object({
    unpacked: z
      .string()
      .describe(
        "When it was unpacked, by the host's clock: ISO 8601 in UTC. Changes with the archive and with each repair: for `restartOn` of what runs from it.",
      ),
  }),
  replaceOn: ["host", "path"],
  intent: ["url", "source", "unpack"],
});

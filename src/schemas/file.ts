import { z } from "zod";

import { hostName } from "./host.ts";
import { absolutePath, account, octalMode } from "./path.ts";
import { resourceSchema } from "./resource-schema.ts";

export const fileSchema = resourceSchema({
  type: "groundwork:posix:File",
  kind: "file",
  description:
    "A regular file. Written whole: old or new, never mixed. What stood there before is put back by a delete.",
  inputs: z
    .strictObject({
      host: hostName.describe("Host that holds the file."),
      path: absolutePath.describe("Absolute path; its directory must exist."),
      content: z.string().describe("The text it holds; or give `source`.").optional(),
      source: z
        .string()
        .min(1)
        .describe(
          "Path, on the machine that runs Pulumi, of a file to copy; may be binary. Where it is gone, what was copied counts.",
        )
        .optional(),
      mode: octalMode.describe("Permissions, as four octal digits.").default("0644"),
      owner: account.describe("User that owns it.").default("root"),
      group: account.describe("Group that owns it.").default("root"),
    })
    .refine(({ content, source }) => (content === undefined) !== (source === undefined), {
      path: ["content"],
      message: "give either `content` or `source`",
    }),
  outputs: z.object({
    sha256: z.string().describe("Digest of what the file holds, in hexadecimal.").optional(),
    modified: z
      .string()
      .describe(
        "When what it holds was last seen to have changed, by the host's clock: ISO 8601 in UTC. Changes with the content and with each repair of it, not when somebody touches the file: for `restartOn` of what reads it at its start.",
      ),
  }),
  replaceOn: ["host", "path"],
});

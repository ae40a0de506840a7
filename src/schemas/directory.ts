import { z } from "zod";

import { hostName } from "./host.ts";
import { absolutePath, account, octalMode } from "./path.ts";
import { resourceSchema } from "./resource-schema.ts";

export const directorySchema = resourceSchema({
  type: "groundwork:posix:Directory",
  kind: "directory",
  description:
    "A directory; what lies in it is not managed. A delete removes an empty one that this resource made, and no other unless `destroyOnDelete` says so; one that was there before gets back the mode and owner that it had.",
  inputs: z.strictObject({
    host: hostName.describe("Host that holds the directory."),
    path: absolutePath.describe(
      "Absolute path; the directory above must exist. A link there to a directory is followed, where root alone may change the folders on the way; nothing is removed through it.",
    ),
    mode: octalMode.describe("Permissions, as four octal digits.").default("0755"),
    owner: account.describe("User that owns it.").default("root"),
    group: account.describe("Group that owns it.").default("root"),
    destroyOnDelete: z.boolean().describe("Let a delete remove it with all it holds, whoever made it.").default(false),
  }),
  outputs: z.object({}),
  replaceOn: ["host", "path"],
  intent: ["destroyOnDelete"],
});

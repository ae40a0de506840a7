import { z } from "zod";

import { hostName } from "./host.ts";
import { resourceSchema } from "./resource-schema.ts";
import { accountId, newAccountName } from "./user.ts";

export const groupSchema = resourceSchema({
  type: "groundwork:posix:Group",
  kind: "group",
  description:
    "A group of users. A delete removes it only where this resource made it; one that is still the primary group of an account is kept, with a line that says whose.",
  inputs: z.strictObject({
    host: hostName,
    name: newAccountName.describe("Name of the group."),
    gid: accountId.optional().describe("Number of the group."),
    system: z.boolean().default(false).describe("Make it a system group. Only read when it is made."),
  }),
  outputs: z.object({}),
  replaceOn: ["host", "name"],
  intent: ["system"],
});

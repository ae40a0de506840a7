import { z } from "zod";

import { hostName } from "./host.ts";
import { accountName, plainPath } from "./path.ts";
import { resourceSchema } from "./resource-schema.ts";

/** Of an account that is made: what useradd and groupadd take. */
export const newAccountName = accountName.regex(
  /^[a-z_][a-z0-9_-]*$/,
  "give a name of small letters, digits, `-` and `_`, such as deploy",
);
export const accountId = z.int().min(0).max(4294967294);

export const userSchema = resourceSchema({
  type: "groundwork:posix:User",
  kind: "user",
  description:
    "A user of the host; it never gets a password. A delete removes the account only where this resource made it; a system account that still owns something in its home is kept. A change of the account that the connection logs in as is taken back by the host where no new connection comes through after it.",
  inputs: z.strictObject({
    host: hostName,
    name: newAccountName.describe("Login name."),
    uid: accountId.optional().describe("Number of the user."),
    group: accountName.optional().describe("Primary group. A new user without it gets one of its own name."),
    groups: z
      .array(accountName)
      .overwrite((groups) => [...new Set(groups)].sort())
      .optional()
      .describe("All groups the user is in; the primary one may stand among them."),
    home: plainPath.optional().describe("Home directory. A change moves it, to where nothing is yet."),
    shell: plainPath.optional().describe("Login shell."),
    comment: z
      .string()
      .regex(/^[^:\p{Cc}]*$/u, "leave `:` and control characters out")
      .optional()
      .describe("Full name or purpose."),
    authorizedKeys: z
      .array(z.string().regex(/^(?!#)\S.*\S$/, "give one public key a line, such as `ssh-ed25519 AAAA... name`"))
      .optional()
      .describe(
        "All public keys that may log in as this user, in ~/.ssh/authorized_keys. Where the account stays after a delete, those of before come back.",
      ),
    locked: z.literal(true).optional().describe("No password opens the account; keys still do."),
    system: z.boolean().default(false).describe("Make it a system account, without a home. Only read when it is made."),
    destroyHome: z.boolean().default(false).describe("Also delete the home directory when the account is removed."),
  }),
  outputs: z.object({}),
  replaceOn: ["host", "name"],
  intent: ["system", "destroyHome"],
});

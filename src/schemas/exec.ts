import { z } from "zod";

import { hostName } from "./host.ts";
import { plainName } from "./name.ts";
import { account, argv } from "./path.ts";
import { resourceSchema } from "./resource-schema.ts";

export const execSchema = resourceSchema({
  type: "groundwork:posix:Exec",
  kind: "exec",
  description: "What no other resource can say: a command, and a check that tells whether it is still needed.",
  inputs: z.strictObject({
    host: hostName.describe("Host that runs it."),
    name: plainName.describe("Unique among the host's Execs."),
    check: argv.describe(
      "Harmless; ends with 0 when all is in place, 1 when it is not. Anything else is unknown, such as 127 where its program is not there yet: shown as `unread`, and asked again before `command`.",
    ),
    checkTimeoutSec: z
      .int()
      .positive()
      .max(3600)
      .default(60)
      .describe("Seconds after which `check` is ended, with all that it started; the answer is then unknown."),
    command: argv.describe(
      "Puts it in place; may be run again at any time. Its umask is 077: what others shall read, it says so.",
    ),
    user: account.describe("User that `check`, `command` and `undo` run as.").default("root"),
    stdin: z.string().describe("Standard input of `command`; the place for a secret.").optional(),
    undo: argv.describe("Run by a delete while the check says that it is in place.").optional(),
    triggers: z.record(z.string(), z.string()).describe("A change of any value runs `command` again.").default({}),
  }),
  outputs: z.object({}),
  replaceOn: ["host", "name"],
  deleteFirstOn: ["name"],
  intent: ["user", "check", "checkTimeoutSec", "command", "stdin", "undo", "triggers"],
});

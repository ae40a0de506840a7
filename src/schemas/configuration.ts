import { z } from "zod";

import { hostName } from "./host.ts";
import { plainName } from "./name.ts";
import { absolutePath, account, argv, octalMode } from "./path.ts";
import { resourceSchema } from "./resource-schema.ts";

const file = z.strictObject({
  content: z.string().describe("The text it holds."),
  mode: octalMode.describe("Permissions, as four octal digits.").default("0644"),
  owner: account.describe("User that owns it.").default("root"),
  group: account.describe("Group that owns it.").default("root"),
});

const activation = z.strictObject({
  unit: z.string().min(1).describe("Service that reads the files."),
  action: z.enum(["reload", "restart"]).describe("How it takes them in."),
});

export const configurationSchema = resourceSchema({
  type: "groundwork:posix:Configuration",
  kind: "configuration",
  description:
    "Files that are valid together: checked before they are live, taken in by their service, put back when it does not become healthy.",
  inputs: z
    .strictObject({
      host: hostName.describe("Host that holds the files."),
      name: plainName.describe("Unique among the host's configurations."),
      files: z
        .record(absolutePath, file)
        .refine((files) => Object.keys(files).length > 0, "give at least one file")
        .describe("The files by absolute path; one that is dropped gives way to what stood there before."),
      root: absolutePath
        .describe(
          "Directory that `validate` sees as it would become, such as /etc/nginx; without it, and on macOS, the live files are checked, and put back when they fail.",
        )
        .optional(),
      validate: argv.describe("Judges the files; ends with 0 when they are valid.").optional(),
      activate: activation
        .describe("Makes a running service take the files in; one that does not run is left alone.")
        .optional(),
      healthy: argv.describe("Probe, run after activation until it ends with 0.").optional(),
      healthyTimeoutSec: z
        .number()
        .positive()
        .max(600)
        .describe("Seconds within which `healthy` must succeed.")
        .default(15),
      settleSec: z
        .number()
        .min(0)
        .max(600)
        .describe("Seconds after activation during which the service must stay up.")
        .default(4),
    })
    .refine(({ healthy, activate }) => healthy === undefined || activate !== undefined, {
      path: ["healthy"],
      message: "needs `activate`: without it nothing takes the files in",
    }),
  outputs: z.object({
    digest: z.string().describe("Changes exactly when a file changes: path, mode, owner, group or content."),
  }),
  replaceOn: ["host", "name"],
  intent: ["root", "validate", "activate", "healthy", "healthyTimeoutSec", "settleSec"],
});

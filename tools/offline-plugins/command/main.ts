// Stands in for Pulumi's command plugin where that cannot be downloaded: local.Command, which groundwork's programs use,
// without asset and archive paths.
import command from "@pulumi/command/package.json" with { type: "json" };

import { inputSchema } from "../inputs.ts";
import { serve } from "../server.ts";
import { inputs, localCommand } from "./local-command.ts";
import { endAll } from "./run.ts";

const token = "command:local:Command";
const inputProperties = Object.fromEntries(Object.entries(inputs).map(([name, input]) => [name, inputSchema(input)]));
const properties = { ...inputProperties, stdout: { type: "string" }, stderr: { type: "string" } };

serve({
  name: "command",
  version: command.version,
  schema: {
    name: "command",
    version: command.version,
    resources: { [token]: { inputProperties, properties, required: ["stdout", "stderr"] } },
  },
  acceptSecrets: true,
  resources: { [token]: localCommand },
  cancel: endAll,
});

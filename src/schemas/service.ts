import { z } from "zod";

import { hostName } from "./host.ts";
import { resourceSchema } from "./resource-schema.ts";
import { digests, enabled, running, unitName } from "./unit.ts";

export const serviceSchema = resourceSchema({
  type: "groundwork:posix:Service",
  kind: "service",
  description:
    "A unit that is already defined on the host, usually by a package. A delete forgets it, unless `stopOnDelete` is set.",
  inputs: z.strictObject({
    host: hostName,
    unit: unitName.describe(
      "Name of the unit; `.service` where it has no type. On macOS a label of the system domain, such as com.openssh.sshd.",
    ),
    running,
    enabled,
    restartOn: digests
      .optional()
      .describe("Digests of what the process reads at its start; it restarts when it was started with others."),
    reloadOn: digests.optional().describe("Digests of what the process reads when it reloads."),
    stopOnDelete: z.boolean().default(false).describe("Stop and disable the unit when this resource is deleted."),
  }),
  outputs: z.object({}),
  replaceOn: ["host", "unit"],
  intent: ["stopOnDelete"],
});

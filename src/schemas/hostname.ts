import { z } from "zod";

import { hostName } from "./host.ts";
import { domainName } from "./name.ts";
import { resourceSchema } from "./resource-schema.ts";

export const hostnameSchema = resourceSchema({
  type: "groundwork:posix:Hostname",
  kind: "hostname",
  description: "What a host calls itself, now and after each boot. A delete leaves it.",
  inputs: z.strictObject({
    host: hostName,
    hostname: domainName.max(64).describe("The name."),
    resolves: z
      .literal(true)
      .optional()
      .describe(
        "Let the host itself resolve the name, by /etc/hosts, in place of the previous one. Left out: not managed.",
      ),
  }),
  outputs: z.object({}),
  replaceOn: ["host"],
});

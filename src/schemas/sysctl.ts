import { z } from "zod";

import { hostName } from "./host.ts";
import { resourceSchema } from "./resource-schema.ts";

export const sysctlSchema = resourceSchema({
  type: "groundwork:posix:Sysctl",
  kind: "sysctl",
  description: "A kernel parameter, now and after each boot. A delete leaves the value of now.",
  inputs: z.strictObject({
    host: hostName,
    key: z
      .string()
      .regex(/^[a-z0-9_]+(\.[A-Za-z0-9_/-]+)+$/, "give a key as sysctl(8) spells it, such as net.ipv4.ip_forward")
      .describe("Name of the parameter."),
    value: z
      .string()
      .regex(/^[\x21-\x7e]+( [\x21-\x7e]+)*$/, "separate the fields of a value by one space")
      .describe("Its value; fields are separated by one space."),
  }),
  outputs: z.object({}),
  replaceOn: ["host", "key"],
});

import { z } from "zod";

import { hostName } from "./host.ts";
import { resourceSchema } from "./resource-schema.ts";

const name = z
  .string()
  .regex(
    /^(?!localhost$)[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$/,
    "give a host name other than localhost, such as mac-mini-2",
  );

export const hostEntriesSchema = resourceSchema({
  type: "groundwork:posix:HostEntries",
  kind: "host-entries",
  description:
    "Names that a host resolves by /etc/hosts, see hosts(5). Lines of others stay; ours, which stand first, end in `# groundwork`. A delete removes ours.",
  inputs: z.strictObject({
    host: hostName,
    entries: z
      .record(name, z.union([z.ipv4(), z.ipv6()], { error: "give an address, such as 192.168.1.12" }))
      .refine((entries) => Object.keys(entries).length > 0, "give at least one name")
      .describe("Address by name."),
  }),
  outputs: z.object({}),
  replaceOn: ["host"],
});

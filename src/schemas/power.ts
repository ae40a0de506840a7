import { z } from "zod";

import { hostName } from "./host.ts";
import { resourceSchema } from "./resource-schema.ts";

const minutes = z.int().min(0).max(10_000);

export const powerSchema = resourceSchema({
  type: "groundwork:darwin:Power",
  kind: "power",
  description: "When a Mac sleeps, wakes and restarts by itself, as pmset(1) names it. A delete leaves it.",
  inputs: z.strictObject({
    host: hostName,
    sleep: minutes.default(0).describe("Minutes without use until it sleeps; 0 never."),
    disksleep: minutes.default(0).describe("Minutes until its disks stop; 0 never."),
    displaysleep: minutes.optional().describe("Minutes until its display turns dark; 0 never."),
    womp: z.boolean().default(true).describe("Wakes when the network asks for it."),
    autorestart: z.boolean().default(true).describe("Starts again when power comes back."),
    restartfreeze: z.boolean().optional().describe("Restarts when it hangs; not every Mac can."),
  }),
  outputs: z.object({}),
  replaceOn: ["host"],
});

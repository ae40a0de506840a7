import { z } from "zod";

import { hostName, type PlatformName } from "./host.ts";
import { resourceSchema } from "./resource-schema.ts";

/** Oldest version of an operating system that programs are written for: Nginx of Debian 12 does not know `http2`. */
export const oldestSystem: Readonly<Record<PlatformName, string>> = { darwin: "15", debian: "13" };

export const machineSchema = resourceSchema({
  type: "groundwork:posix:Machine",
  kind: "machine",
  description:
    "The machine behind a host: what it must be, asked at every preview, and who it is, so that another one at its address is refused. A delete forgets it.",
  inputs: z.strictObject({
    host: hostName,
    memoryGiB: z
      .number()
      .positive()
      .optional()
      .describe("Memory that it has at least. `up` refuses less, a preview warns."),
    chip: z
      .string()
      .min(1)
      .optional()
      .describe("Part of the name of its processor, such as M4 Pro. Another one warns."),
    systemVersion: z
      .string()
      .regex(/^\d+(\.\d+)*$/, "must be a version, such as 15 or 15.6")
      .optional()
      .describe("Oldest version of the operating system."),
    freeDiskGiB: z
      .number()
      .positive()
      .optional()
      .describe("Free disk that it has at least when it is set up; not asked later, when it is used."),
    unattended: z
      .boolean()
      .optional()
      .describe("Nobody is there when it starts: a disk that waits for a password then (FileVault) warns."),
  }),
  outputs: z.object({
    system: z.string().describe("Version of the operating system."),
    processor: z.string().describe("As the processor calls itself."),
    memoryMiB: z.int().describe("Memory."),
    serialNumber: z.string().describe("Of the hardware; empty where it does not tell."),
    fileVault: z.boolean().describe("Whether its disk waits for a password at start; macOS only."),
    packageManagerOwner: z.string().describe("Account that the package manager runs as; empty where there is none."),
  }),
  replaceOn: ["host"],
  intent: ["memoryGiB", "chip", "systemVersion", "freeDiskGiB", "unattended"],
});

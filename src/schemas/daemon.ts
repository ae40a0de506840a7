import { z } from "zod";

import { jobInputs, plainWhereLeftOut, reloadOn, restartOn } from "./job.ts";
import { port } from "./port.ts";
import { resourceSchema } from "./resource-schema.ts";
import { unitName } from "./unit.ts";

export const daemonSchema = resourceSchema({
  type: "groundwork:posix:Daemon",
  kind: "daemon",
  description:
    "A program that the service manager of the host keeps running. It reloads on SIGHUP. Where a package defines a unit of this name, this definition takes its place; a delete stops and removes it, and the package's stays behind, stopped.",
  inputs: z.strictObject({
    ...jobInputs,
    limits: z
      .strictObject({
        memoryMiB: z
          .int()
          .positive()
          .optional()
          .describe("Memory in MiB; more ends the process. Debian only: macOS has no such limit for daemons."),
        openFiles: z
          .int()
          .positive()
          .optional()
          .describe("Open files. Left out: 1024, or as many as the program asks for."),
        tasks: z.int().positive().optional().describe("Processes and threads; Debian only."),
      })
      .optional()
      .describe("What it may use at most."),
    restart: z
      .enum(["always", "on-failure", "never"])
      .default("always")
      .describe("When to start it again after it ended."),
    after: z.array(unitName).default([]).describe("Units that start before it, where they start at all; Debian only."),
    requires: z.array(unitName).default([]).describe("Units without which it does not run; Debian only."),
    restartOn,
    reloadOn,
    listens: z
      .array(z.strictObject({ port: port.describe("TCP port.") }))
      .default([])
      .describe(
        "Where it accepts connections; a start counts as done only then. Where it keeps a port under another name, the old one ends first.",
      ),
    readyTimeoutSec: z.int().positive().default(20).describe("Seconds to wait for that."),
  }),
  outputs: z.object({}),
  replaceOn: ["host", "name"],
  exclusive: ["listens"],
  intent: ["listens", "readyTimeoutSec"],
  absentMeansNone: [...plainWhereLeftOut, "limits"],
  secrets: ["secretEnvironment"],
});

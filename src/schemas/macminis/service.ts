// What services of the program `macminis` have in common.
import { z } from "zod";

import { hostName } from "../host.ts";
import { memoryMiB, port } from "../stack.ts";

export const runsOn = hostName.describe("host that runs it, one of groundwork:hosts").meta({ examples: ["control"] });

/** `lan`: the host's address. `loopback`: only the host itself. */
export const listens = z.enum(["lan", "loopback"], { error: 'must be "lan" or "loopback"' });

/** A service; port and memory (a budget that checks add up, in MiB) have defaults, its host has none. */
export const service = (defaults: { port: number; memoryMiB: number }) => ({
  host: runsOn,
  port: port.default(defaults.port),
  memoryMiB: memoryMiB.default(defaults.memoryMiB),
});

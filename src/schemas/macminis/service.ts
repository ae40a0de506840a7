// What services of the program `macminis` have in common.
import { z } from "zod";

import { hostName } from "../host.ts";
import { port } from "../port.ts";
import { memoryMiB } from "../stack.ts";

export const runsOn = hostName.describe("host that runs it, one of groundwork:hosts").meta({ examples: ["control"] });

export const listens = z
  .enum(["lan", "loopback"], { error: 'must be "lan" or "loopback"' })
  .describe("who reaches it: `lan` by the host's address, `loopback` the host itself alone");

export const listensOn = port.describe("TCP port that it listens on");
export const memoryBudget = memoryMiB.describe("its memory; checks add up what the services of a host need");

export const enabled = z.boolean().default(false).describe("runs; its port stays reserved where it does not (MM-20)");

/** A service; port and memory have defaults, its host has none. */
export const service = (defaults: { port: number; memoryMiB: number }) => ({
  host: runsOn,
  port: listensOn.default(defaults.port),
  memoryMiB: memoryBudget.default(defaults.memoryMiB),
});

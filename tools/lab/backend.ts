import { z } from "zod";
import type { Host, Lab } from "./place.ts";
import type { Plan } from "./plan.ts";
import type { SystemName } from "./system.ts";

/** What runs lab hosts: systemd-nspawn as root, or a Docker engine. */
export const backendName = z.enum(["nspawn", "docker"]);
export type BackendName = z.output<typeof backendName>;

/** How a back end makes, runs and removes hosts. All may be called at any time, after any accident. */
export interface Backend {
  /** Why this machine cannot run it and what would help, or `undefined` when it can. */
  obstacle(): string | undefined;
  /** Makes what all hosts of a system share. */
  prepare(system: SystemName): Promise<void>;
  ensureNetwork(lab: Lab, plan: Plan): Promise<void>;
  /** Makes and starts a host, or what is missing of it; does not wait for it. */
  ensureHost(lab: Lab, plan: Plan, host: Host): Promise<void>;
  stop(lab: Lab, host: Host, options?: { orderly?: boolean }): Promise<void>;
  /** Removes a stopped host's files. */
  remove(lab: Lab, host: Host): Promise<void>;
  /** Process number of a host that runs. */
  running(lab: Lab, host: Host): Promise<number | undefined>;
  /** Last lines of a host's console. */
  consoleEnd(lab: Lab, host: Host): Promise<string>;
  /** Removes all that a lab has besides its files, known by its name alone. */
  sweep(lab: Lab): Promise<void>;
}

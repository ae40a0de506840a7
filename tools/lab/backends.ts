import type { Backend, BackendName } from "./backend.ts";
import { docker } from "./docker.ts";
import { nspawn } from "./nspawn.ts";

export const backends: Readonly<Record<BackendName, Backend>> = { nspawn, docker };

/** Those that can have left something on this machine. */
export const usableBackends = (): Backend[] => Object.values(backends).filter((each) => each.obstacle() === undefined);

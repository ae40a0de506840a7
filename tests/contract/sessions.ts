import type { Host } from "../../src/provider/host.ts";
import { HostSession, LiveHost } from "../../src/provider/live-host.ts";
import { platformOf } from "../../src/provider/platforms/index.ts";
import type { Runner } from "../../src/provider/transports/runner.ts";
import { host } from "./cases.ts";

/** A host as a new provider process sees it over this runner: nothing is remembered of earlier ones. */
export const hostOver = (runner: Runner): Host =>
  new LiveHost(new HostSession(host, platformOf("debian"), runner, "the contract suite"), () => undefined);

/** Waits until notes for the manifest, which nobody waits for, are on their way. */
export const noted = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 10));

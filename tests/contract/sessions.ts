import type { Host } from "../../src/provider/host.ts";
import { HostSession, LiveHost } from "../../src/provider/live-host.ts";
import { platformOf } from "../../src/provider/platforms/index.ts";
import type { Runner } from "../../src/provider/transports/runner.ts";
import { host } from "./cases.ts";
import type { ContractPlatform } from "./contract-case.ts";

/** Works on the host as a new provider process does over this link: nothing is remembered of earlier ones. */
export async function onHost<T>(
  platform: ContractPlatform,
  link: Runner,
  work: (host: Host) => Promise<T>,
): Promise<T> {
  const kept: Runner = { ...link, close: async () => undefined };
  const session = new HostSession(host, platformOf(platform), kept, "the contract suite");
  try {
    return await work(new LiveHost(session, () => undefined));
  } finally {
    await session.close();
  }
}

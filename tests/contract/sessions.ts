import type { Host } from "../../src/provider/host.ts";
import { HostSession, LiveHost } from "../../src/provider/live-host.ts";
import { platformOf } from "../../src/provider/platforms/index.ts";
import { ConnectionLost } from "../../src/provider/transports/errors.ts";
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

/** Loses the connection before the n-th write, counted from 1, for good. What was only read before it left no other state. */
export function losing(host: Host, nth: number): Host {
  let writes = 0;
  const asking =
    <Rest extends unknown[], Value>(ask: (...rest: Rest) => Promise<Value>, isWrite: boolean) =>
    async (...rest: Rest): Promise<Value> => {
      if (isWrite) writes++;
      if (writes >= nth) throw new ConnectionLost(host.name, `the connection is gone before write ${nth}`);
      return ask(...rest);
    };
  return {
    name: host.name,
    platform: host.platform,
    pinnedSerial: host.pinnedSerial,
    read: asking((fact, key) => host.read(fact, key), false) as Host["read"],
    ask: asking((command) => host.ask(command), false),
    run: asking((command, spared) => host.run(command, spared), true),
    runAnew: asking((command) => host.runAnew(command), true),
    shared: (make) => host.shared(make),
    progress: (message) => host.progress(message),
    isHeld: (held) => host.isHeld(held),
    remember: (fact, key) => host.remember(fact, key),
    forget: (fact, key) => host.forget(fact, key),
  };
}

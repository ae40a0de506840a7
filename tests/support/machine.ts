import type { Host } from "../../src/provider/host.ts";
import { HostSession, LiveHost } from "../../src/provider/live-host.ts";
import { identify, platformOf } from "../../src/provider/platforms/index.ts";
import { drift, type Resource } from "../../src/provider/resource.ts";
import { connect } from "../../src/provider/transports/connect.ts";
import type { Runner } from "../../src/provider/transports/runner.ts";
import { pathText, type Values } from "../../src/provider/values.ts";
import { hostConnection } from "../../src/schemas/host.ts";
import { type SystemName, systems } from "../../tools/lab/system.ts";
import { startLab } from "./lab.ts";
import { script } from "./script.ts";

/** A lab host as the provider sees it, and, by none of our code, as it is. */
export interface Machine {
  readonly name: string;
  /** Lines of progress of the last call. */
  readonly progress: readonly string[];
  /** As a new provider process sees it, over the previous connection: nothing is remembered of earlier calls. */
  connected(): Promise<Host>;
  /** What a preview would show: the properties that differ, or `gone`. */
  drifted(resource: Resource, desired: Values): Promise<string[] | "gone">;
  /** What the machine has of what is declared. */
  read(resource: Resource, desired: Values): Promise<Values | undefined>;
  apply(resource: Resource, desired: Values, recorded?: Values): Promise<Values>;
  remove(resource: Resource, recorded: Values): Promise<void>;
  /** A script for sh, as root; must succeed. Answers its trimmed standard output. */
  shell(script: string): Promise<string>;
  reset(): Promise<void>;
  close(): Promise<void>;
}

/** Brings up one host of the lab `test-...`, or takes the running one. @param login how the provider becomes root there */
export async function machine(
  labName: string,
  name: string,
  system: SystemName = "debian",
  login: { user: string; sudo?: object } = { user: "root" },
): Promise<Machine> {
  const lab = await startLab(labName, { hosts: [name], system });
  const { sshConfig } = lab;
  const connection = hostConnection.parse({
    platform: systems[system].platform,
    address: name,
    sshConfig,
    ...login,
  });
  const platform = platformOf(connection.platform);
  let runner: Runner | undefined;
  let progress: string[] = [];

  const connected = async (): Promise<Host> => {
    runner ??= await connect(name, connection);
    const session = new HostSession(name, platform, runner, "a test");
    await session.read(identify(platform), "os");
    progress = [];
    return new LiveHost(session, (line) => progress.push(line));
  };
  const close = async (): Promise<void> => {
    await runner?.close();
    runner = undefined;
  };
  const read = async (resource: Resource, desired: Values) => resource.read(await connected(), desired);

  return {
    name,
    get progress() {
      return progress;
    },
    connected,
    read,
    async drifted(resource, desired) {
      const state = await read(resource, desired);
      return state ? drift(resource.schema, state, desired).map(({ path }) => pathText(path)) : "gone";
    },
    apply: async (resource, desired, recorded) => resource.apply(await connected(), desired, recorded),
    remove: async (resource, recorded) => resource.remove(await connected(), recorded),
    shell: (text) => script(lab.run, name, text),
    async reset() {
      await close();
      await lab.reset(name);
    },
    close,
  };
}

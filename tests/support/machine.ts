import type { Host } from "../../src/provider/host.ts";
import { HostPool } from "../../src/provider/host-pool.ts";
import { drift, type Resource } from "../../src/provider/resource.ts";
import { connect } from "../../src/provider/transports/connect.ts";
import { pathText, type Values } from "../../src/provider/values.ts";
import { providerConfig } from "../../src/schemas/host.ts";
import { startLab } from "./lab.ts";

/** A lab host as the provider sees it, and, by the system's own ssh, as it is. */
export interface Machine {
  readonly name: string;
  /** Lines of progress of the last connection. */
  readonly progress: readonly string[];
  /** As a new provider process sees it: nothing is remembered of earlier calls. */
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

/** Brings up one host of the lab `test-...`, or takes the running one. */
export async function machine(labName: string, name: string): Promise<Machine> {
  const lab = await startLab(labName, { hosts: [name] });
  const hosts = { [name]: { platform: "debian", address: name, user: "root", sshConfig: lab.sshConfig } };
  let pool: HostPool | undefined;
  let progress: string[] = [];

  const connected = async (): Promise<Host> => {
    await pool?.close();
    pool = new HostPool(providerConfig.parse({ hosts }), connect);
    progress = [];
    return pool.host(name, (line) => progress.push(line));
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
    async shell(script) {
      const { exitCode, stdout, stderr } = await lab.ssh(name, ["sh", "-se"], { input: script });
      if (exitCode !== 0) throw new Error(`${name}: ${script}\nended with ${exitCode}: ${stderr}`);
      return stdout.trim();
    },
    async reset() {
      await pool?.close();
      await lab.reset(name);
    },
    close: async () => pool?.close(),
  };
}

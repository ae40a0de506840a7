// Whether the machines of an environment are ready to be set up.
import type { Host } from "../../provider/host.ts";
import { HostPool } from "../../provider/host-pool.ts";
import { gib, machineFindings } from "../../provider/platforms/machine-findings.ts";
import type { MachineFacts } from "../../provider/platforms/platform.ts";
import { recordedMachine } from "../../provider/resources/machine.ts";
import { connect } from "../../provider/transports/connect.ts";
import type { HostConnection } from "../../schemas/host.ts";
import { oldestSystem } from "../../schemas/machine.ts";
import { connections, type StackConfig } from "../../schemas/stack.ts";
import type { Finding } from "./finding.ts";
import { loginTodo } from "./login-todo.ts";

type HostConfig = StackConfig["hosts"][string];

/** All at once; one that is out of reach is a finding of its own. Changes nothing. */
export async function examineHosts(hosts: StackConfig["hosts"]): Promise<Finding[]> {
  const settings = connections(hosts);
  const pool = new HostPool({ hosts: settings, offline: false }, connect);
  try {
    const examined = Object.entries(hosts).map(async ([name, host]) => {
      const findings = await examineHost(pool, name, host, settings[name]!);
      return findings.map((one) => ({ ...one, part: `${name}: ${one.part}` }));
    });
    return (await Promise.all(examined)).flat();
  } finally {
    await pool.close();
  }
}

async function examineHost(
  pool: HostPool,
  name: string,
  config: HostConfig,
  settings: HostConnection,
): Promise<Finding[]> {
  try {
    const host = await pool.host(name, () => undefined);
    const { description } = await host.read(host.platform.identity, "");
    const facts = await host.read(host.platform.machine, "/");
    // What is set up has used the disk that it needed.
    const setUp = (await recordedMachine(host)) !== undefined;
    return [
      { part: "SSH", status: "ok", found: `${settings.user ?? "login"} at ${settings.address}, host key known` },
      await root(host, settings),
      ...machine(name, setUp ? { ...config, freeDiskGiB: undefined } : config, facts, description),
    ];
  } catch (error) {
    return [failure(error as Error, name, config, settings)];
  }
}

async function root(host: Host, { user, sudo }: HostConnection): Promise<Finding> {
  const { stdout } = await host.ask({ argv: ["id", "-u"] });
  if (stdout.toString("utf8").trim() === "0")
    return { part: "root", status: "ok", found: sudo ? "by sudo" : "by login" };
  const todo = `add \`sudo: {}\` to groundwork:hosts.${host.name}.connection`;
  return { part: "root", status: "missing", found: `${user ?? "the user"} is not root, and does not become it`, todo };
}

/** Login, sudo, or the first question failed: nothing more is known of the host. */
function failure(error: Error, name: string, { platform }: HostConfig, connection: HostConnection): Finding {
  const found = error.message.replace(new RegExp(`^${name}: `), "");
  const { part, todo } = loginTodo(error, name, platform, connection);
  return { part, status: "missing", found, ...(todo && { todo }) };
}

function machine(name: string, host: HostConfig, facts: MachineFacts, system: string): Finding[] {
  const found = machineFindings(host.platform, facts, { ...host, systemVersion: oldestSystem[host.platform] });
  const declare = (key: string, value: number | string | undefined): [string, string | undefined] => [
    key,
    value === undefined
      ? undefined
      : `pulumi config set --path 'groundwork:hosts.${name}.${key}' '${value}', or correct groundwork:hosts.${name}.address`,
  ];
  const mends = new Map([declare("memoryGiB", Math.floor(gib(facts.memoryBytes))), declare("chip", facts.chip)]);
  const line = (part: string, about: string, fine: string): Finding => {
    const bad = found.find((one) => one.about === about);
    if (!bad) return { part, status: "ok", found: fine };
    const stops = bad.severity === "error" || bad.refused;
    return { part, status: stops ? "missing" : "optional", found: bad.said, todo: mends.get(about) ?? bad.mend };
  };
  const mac: Finding[] = [
    line("processor", "architecture", facts.architecture),
    line("command line tools", "commandLineTools", "installed"),
    line("Homebrew", "packageManager", `${facts.packageManager?.prefix} of ${facts.packageManager?.owner}`),
    line("FileVault", "unattended", facts.fileVault === undefined ? "unknown" : facts.fileVault ? "on" : "off"),
    fullDiskAccess(facts),
  ];
  return [
    line("system", "systemVersion", system),
    line("memory", "memoryGiB", `${gib(facts.memoryBytes)} GiB`),
    line("chip", "chip", facts.chip ?? facts.architecture),
    line("free disk", "freeDiskGiB", `${gib(facts.freeBytes)} GiB`),
    ...(host.platform === "darwin" ? mac : []),
    ...(facts.serialNumber ? [{ part: "serial number", status: "ok" as const, found: facts.serialNumber }] : []),
  ];
}

/** A note: only changes to accounts, and their removal, ask for it. */
function fullDiskAccess({ fullDiskAccess }: MachineFacts): Finding {
  const part = "full disk access";
  if (fullDiskAccess !== false) return { part, status: "ok", found: fullDiskAccess ? "of remote users" : "unknown" };
  return {
    part,
    status: "optional",
    found: "remote users have none: numbers and homes of accounts cannot be changed, nor accounts removed",
    todo: "at the Mac: System Settings, General, Sharing, Remote Login, Allow full disk access for remote users",
  };
}

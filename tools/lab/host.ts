import { once } from "node:events";
import { readFile, stat } from "node:fs/promises";
import { connect } from "node:net";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { removeControlGroup } from "./cgroup.ts";
import { containersBelow, halt, kill, removeTraces, start } from "./container.ts";
import { mountRoot, rootOf } from "./host-root.ts";
import { mountsBelow, unmountBelow } from "./mounts.ts";
import { attach, detach, isAttached } from "./network.ts";
import { type Host, hostFolder, kernelName, type Lab, labFiles } from "./place.ts";
import type { Plan } from "./plan.ts";
import { attempt } from "./run.ts";
import { systems } from "./system.ts";

const bootSec = 90;

const consoleOf = (lab: Lab, host: Host) => join(hostFolder(lab, host), "console");

/** Whether a host runs and has all its parts. */
export async function isWhole(lab: Lab, host: Host): Promise<boolean> {
  const folder = hostFolder(lab, host);
  if ((await containersBelow(folder)).length === 0) return false;
  return (await mountsBelow(rootOf(lab, host))).length === 1 && (await isAttached(lab, host));
}

/** Starts a stopped host; does not wait for it. */
export async function boot(lab: Lab, plan: Plan, host: Host): Promise<void> {
  await mountRoot(lab, host);
  await attach(lab, plan, host);
  await start({
    name: kernelName(lab, host),
    hostname: host.name,
    root: rootOf(lab, host),
    init: systems[host.system].nspawn,
    console: consoleOf(lab, host),
  });
}

/** Stops a host and takes down its network and its mount, whatever of them there is. */
export async function stop(lab: Lab, host: Host, { orderly = false } = {}): Promise<void> {
  const name = kernelName(lab, host);
  const folder = hostFolder(lab, host);
  if (orderly) await halt(folder);
  await kill(folder, name);
  const [mounted] = await mountsBelow(rootOf(lab, host));
  await removeTraces(name, mounted === undefined ? undefined : await stat(mounted));
  await removeControlGroup(name);
  await detach(name);
  await unmountBelow(folder);
}

/** Waits until a host has started all its units. @throws Error with the end of its console. */
export async function untilRunning(lab: Lab, host: Host): Promise<void> {
  const end = Date.now() + bootSec * 1000;
  while (!(await answers(host))) {
    if (Date.now() > end || (await containersBelow(hostFolder(lab, host))).length === 0) throw await silent(lab, host);
    await pause(50);
  }
  const { stdout, stderr } = await onHost(lab, host, systems[host.system].state(true));
  if (stdout === "") throw new Error(`${host.name} (${host.address}) answers, but not to the lab's key: ${stderr}`);
}

/** What a host says of itself; `stopped` or `unreachable` when it cannot. */
export async function stateOf(lab: Lab, host: Host): Promise<{ state: string; pid?: number }> {
  const [pid] = await containersBelow(hostFolder(lab, host));
  if (pid === undefined) return { state: "stopped" };
  const { stdout } = await onHost(lab, host, systems[host.system].state(false));
  return { state: stdout || "unreachable", pid };
}

const onHost = (lab: Lab, host: Host, words: readonly string[]) =>
  attempt("ssh", ["-F", labFiles(lab).sshConfig, host.name, ...words]);

/** Whether something on port 22 introduces itself. */
async function answers(host: Host): Promise<boolean> {
  const socket = connect({ host: host.address, port: 22, timeout: 1000 });
  try {
    const hello = Promise.race([once(socket, "data"), once(socket, "timeout"), once(socket, "close")]);
    return Buffer.isBuffer((await hello)[0]);
  } catch {
    return false; // refused: sshd is not up yet
  } finally {
    socket.destroy();
  }
}

async function silent(lab: Lab, host: Host): Promise<Error> {
  const console = await readFile(consoleOf(lab, host), "utf8");
  const end = console.trimEnd().split(/\r?\n/).slice(-15).join("\n");
  return new Error(
    `${host.name} (${host.address}) of lab "${lab.name}" does not answer on port 22; ` +
      `make it anew with: npx groundwork lab reset ${host.name} --lab ${lab.name}. The end of its console:\n${end}`,
  );
}

import { once } from "node:events";
import { connect } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import type { Backend } from "./backend.ts";
import { doorOf, type Host, type Lab, labFiles } from "./place.ts";
import { attempt } from "./run.ts";
import { systems } from "./system.ts";

const bootSec = 90;

/** Waits until a host has started all its units. @throws Error with the end of its console. */
export async function untilRunning(backend: Backend, lab: Lab, host: Host): Promise<void> {
  const end = Date.now() + bootSec * 1000;
  while (!(await answers(host))) {
    if (Date.now() > end || (await backend.running(lab, host)) === undefined) throw await silent(backend, lab, host);
    await pause(50);
  }
  const { stdout, stderr } = await onHost(lab, host, systems[host.system].state(true));
  if (stdout === "") throw new Error(`${host.name} (${host.address}) answers, but not to the lab's key: ${stderr}`);
}

/** What a host says of itself; `stopped` or `unreachable` when it cannot. */
export async function stateOf(backend: Backend, lab: Lab, host: Host): Promise<{ state: string; pid?: number }> {
  const pid = await backend.running(lab, host);
  if (pid === undefined) return { state: "stopped" };
  const { stdout } = await onHost(lab, host, systems[host.system].state(false));
  return { state: stdout || "unreachable", pid };
}

const onHost = (lab: Lab, host: Host, words: readonly string[]) =>
  attempt("ssh", ["-F", labFiles(lab).sshConfig, host.name, ...words]);

/** Whether sshd of a host introduces itself. */
async function answers(host: Host): Promise<boolean> {
  const { address, port } = doorOf(host);
  const socket = connect({ host: address, port, timeout: 1000 });
  try {
    const hello = Promise.race([once(socket, "data"), once(socket, "timeout"), once(socket, "close")]);
    return Buffer.isBuffer((await hello)[0]);
  } catch {
    return false; // refused: sshd is not up yet
  } finally {
    socket.destroy();
  }
}

async function silent(backend: Backend, lab: Lab, host: Host): Promise<Error> {
  return new Error(
    `${host.name} (${host.address}) of lab "${lab.name}" does not answer on port 22; ` +
      `make it anew with: npx groundwork lab reset ${host.name} --lab ${lab.name}. ` +
      `The end of its console:\n${await backend.consoleEnd(lab, host)}`,
  );
}

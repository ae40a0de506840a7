import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { open, readdir, readFile, rm } from "node:fs/promises";
import { connect } from "node:net";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { mountRoot, rootOf } from "./host-root.ts";
import { mountsBelow, unmountBelow } from "./mounts.ts";
import { attach, detach, isAttached, processesIn } from "./network.ts";
import { type Host, hostFolder, kernelName, type Lab, labFiles } from "./place.ts";
import type { Plan } from "./plan.ts";
import { attempt, systemEnv } from "./run.ts";

const bootSec = 90;
const orderlySec = 15;

/** Processes of systemd-nspawn for a root at or below `folder`, oldest first: asked of the kernel, as a pid file may lie. */
export async function containers(folder: string): Promise<number[]> {
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name)).map(Number);
  const lines = await Promise.all(pids.map((pid) => readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "")));
  return pids.filter((_, index) => lines[index]?.split("\0").some((word) => word.startsWith(`--directory=${folder}/`)));
}

/** Whether a host runs and has all its parts. */
export async function isWhole(lab: Lab, host: Host): Promise<boolean> {
  const folder = hostFolder(lab, host);
  if ((await containers(folder)).length === 0) return false;
  return (await mountsBelow(rootOf(lab, host))).length === 1 && (await isAttached(lab, host));
}

/** Starts a stopped host; does not wait for it. */
export async function boot(lab: Lab, plan: Plan, host: Host): Promise<void> {
  await mountRoot(lab, host);
  await attach(lab, plan, host);
  const name = kernelName(lab, host);
  // Without registration: this machine need not run systemd. Where it does, each host gets a scope of its own;
  // elsewhere there is nobody to make one.
  const scope = existsSync("/run/systemd/system") ? [] : ["--keep-unit"];
  const console = await open(join(hostFolder(lab, host), "console"), "w");
  const container = spawn(
    "systemd-nspawn",
    [
      ...["--quiet", "--boot", `--directory=${rootOf(lab, host)}`, `--machine=${name}`, `--hostname=${host.name}`],
      ...["--register=no", ...scope, "--link-journal=no", "--resolv-conf=off", "--timezone=off"],
      // With a network of its own a host may have a firewall and set net.* parameters.
      ...[`--network-namespace-path=/run/netns/${name}`, "--capability=CAP_NET_ADMIN"],
    ],
    {
      // systemd 256 and later want cgroup 2, whatever this machine mounts.
      env: { ...systemEnv, SYSTEMD_NSPAWN_UNIFIED_HIERARCHY: "1", SYSTEMD_NSPAWN_API_VFS_WRITABLE: "network" },
      stdio: ["ignore", console.fd, console.fd],
      detached: true,
    },
  );
  await once(container, "spawn");
  container.unref();
  await console.close();
}

/** Stops a host and takes down its network and its mount, whatever of them there is. */
export async function stop(lab: Lab, host: Host, { orderly = false } = {}): Promise<void> {
  const name = kernelName(lab, host);
  if (orderly) await halt(hostFolder(lab, host));
  await killAll(hostFolder(lab, host), name);
  await detach(name);
  await unmountBelow(hostFolder(lab, host));
  await rm(`/run/systemd/nspawn/propagate/${name}`, { recursive: true, force: true });
  await rm(`/run/systemd/nspawn/unix-export/${name}`, { recursive: true, force: true });
}

/** nspawn passes the signal on as an orderly shutdown. */
async function halt(folder: string): Promise<void> {
  for (const pid of await containers(folder)) signal(pid, "SIGTERM");
  for (const end = Date.now() + orderlySec * 1000; Date.now() < end; await pause(50)) {
    if ((await containers(folder)).length === 0) return;
  }
}

/** Kills the containers below `folder` and the processes of a network namespace. @throws Error when one stays. */
export async function killAll(folder: string, namespace: string): Promise<void> {
  for (const end = Date.now() + 10_000; ; await pause(20)) {
    const pids = [...(await containers(folder)), ...(await processesIn(namespace))];
    if (pids.length === 0) return;
    if (Date.now() > end)
      throw new Error(`processes ${pids.join(", ")} of ${folder} do not end: see ps -fp ${pids.join(",")}`);
    for (const pid of pids) signal(pid, "SIGKILL");
  }
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}

/** Waits until a host has started all its units. @throws Error with the end of its console. */
export async function untilRunning(lab: Lab, host: Host): Promise<void> {
  const end = Date.now() + bootSec * 1000;
  while (!(await answers(host))) {
    if (Date.now() > end || (await containers(hostFolder(lab, host))).length === 0) throw await silent(lab, host);
    await pause(50);
  }
  const { stdout, stderr } = await onHost(lab, host, ["systemctl", "is-system-running", "--wait"]);
  if (stdout === "") throw new Error(`${host.name} (${host.address}) answers, but not to the lab's key: ${stderr}`);
}

/** What systemd of a host says of itself; `stopped` or `unreachable` when it cannot. */
export async function stateOf(lab: Lab, host: Host): Promise<{ state: string; pid?: number }> {
  const [pid] = await containers(hostFolder(lab, host));
  if (pid === undefined) return { state: "stopped" };
  const { stdout } = await onHost(lab, host, ["systemctl", "is-system-running"]);
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
  const console = await readFile(join(hostFolder(lab, host), "console"), "utf8");
  const end = console.trimEnd().split(/\r?\n/).slice(-15).join("\n");
  return new Error(
    `${host.name} (${host.address}) of lab "${lab.name}" does not answer on port 22; ` +
      `make it anew with: npx groundwork lab reset ${host.name} --lab ${lab.name}. The end of its console:\n${end}`,
  );
}

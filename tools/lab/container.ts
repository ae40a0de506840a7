import { spawn } from "node:child_process";
import { once } from "node:events";
import { open, readdir, readFile, rm } from "node:fs/promises";
import { setTimeout as pause } from "node:timers/promises";
import { inControlGroup, processesInGroup, systemdRuns } from "./cgroup.ts";
import { unmountBelow } from "./mounts.ts";
import { processesIn } from "./network.ts";
import { systemEnv } from "./run.ts";

const orderlySec = 15;
const killSec = 10;

/** What systemd-nspawn is to start. */
export interface Container {
  /** Its names in the kernel: network namespace and machine. */
  readonly name: string;
  readonly hostname: string;
  readonly root: string;
  /** How its process 1 starts. */
  readonly init: readonly string[];
  /** File for its console. */
  readonly console: string;
}

/** Starts a container that outlives this process; does not wait for it. */
export async function start({ name, hostname, root, init, console: path }: Container): Promise<void> {
  const argv = [
    ...["--quiet", `--directory=${root}`, `--machine=${name}`, `--hostname=${hostname}`],
    // Without registration: this machine need not run systemd, and then there is nobody to make a scope.
    ...["--register=no", ...(systemdRuns() ? [] : ["--keep-unit"]), "--link-journal=no", "--suppress-sync=yes"],
    ...["--resolv-conf=off", "--timezone=off"],
    // With a network of its own a host may have a firewall and set net.* parameters.
    ...[`--network-namespace-path=/run/netns/${name}`, "--capability=CAP_NET_ADMIN"],
    ...init,
  ];
  // systemd 256 and later want cgroup 2, whatever this machine mounts.
  const env = { ...systemEnv, SYSTEMD_NSPAWN_UNIFIED_HIERARCHY: "1", SYSTEMD_NSPAWN_API_VFS_WRITABLE: "network" };
  const console = await open(path, "w");
  const stdio = ["ignore" as const, console.fd, console.fd];
  const nspawn = inControlGroup(name, () => spawn("systemd-nspawn", argv, { env, stdio, detached: true }));
  await once(nspawn, "spawn");
  nspawn.unref();
  await console.close();
}

/** Processes of systemd-nspawn for a root below `folder`, oldest first: asked of the kernel, as a pid file may lie. */
export async function containersBelow(folder: string): Promise<number[]> {
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name)).map(Number);
  const ended = () => "";
  const lines = await Promise.all(pids.map((pid) => readFile(`/proc/${pid}/cmdline`, "utf8").catch(ended)));
  return pids.filter((_, index) => lines[index]?.split("\0").some((word) => word.startsWith(`--directory=${folder}/`)));
}

/** Asks the containers below `folder` to shut down, and waits for it, within reason. */
export async function halt(folder: string): Promise<void> {
  for (const pid of await containersBelow(folder)) signal(pid, "SIGTERM");
  for (const end = Date.now() + orderlySec * 1000; Date.now() < end; await pause(50)) {
    if ((await containersBelow(folder)).length === 0) return;
  }
}

/** Kills the containers below `folder` and all processes of the one called `name`, which may outlive its nspawn. @throws Error when one stays. */
export async function kill(folder: string, name: string): Promise<void> {
  for (const end = Date.now() + killSec * 1000; ; await pause(20)) {
    const pids = [...(await containersBelow(folder)), ...(await processesIn(name)), ...processesInGroup(name)];
    if (pids.length === 0) return;
    if (Date.now() > end) throw new Error(`${folder}: processes do not end when killed; see ps -fp ${pids.join(",")}`);
    for (const pid of pids) signal(pid, "SIGKILL");
  }
}

/** Removes what a killed systemd-nspawn leaves in /run. `root` is that of its container, as stat(2) shows it while mounted. */
export async function removeTraces(name: string, root?: { dev: number; ino: number }): Promise<void> {
  const traces = [`propagate/${name}`, `unix-export/${name}`, ...(root ? [`locks/inode-${root.dev}:${root.ino}`] : [])];
  for (const trace of traces.map((path) => `/run/systemd/nspawn/${path}`)) {
    await unmountBelow(trace); // newer ones mount a tmpfs there
    await rm(trace, { recursive: true, force: true });
  }
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}

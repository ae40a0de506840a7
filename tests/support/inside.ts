import { readdir, readFile } from "node:fs/promises";
import { execa } from "execa";

import { containersBelow } from "../../tools/lab/container.ts";
import { type Host, hostFolder, type Lab } from "../../tools/lab/place.ts";
import type { SystemName } from "../../tools/lab/system.ts";

/** What sshd would give root: these hosts' own, not this machine's. */
const roots: Readonly<Record<SystemName, Record<string, string>>> = {
  debian: {
    HOME: "/root",
    PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
    SHELL: "/bin/bash",
  },
  mac: { HOME: "/var/root", PATH: "/usr/bin:/bin:/usr/sbin:/sbin", SHELL: "/bin/sh" },
};

/**
 * Runs an argv as root in the namespaces of a host of nspawn: neither its network nor its sshd is asked, and it costs a
 * twentieth of a login. What it starts is not below `--suppress-sync`: packages are installed faster by ssh.
 */
export async function inside(lab: Lab, host: Host, argv: readonly string[], input: string) {
  const { HOME = "/", ...variables } = roots[host.system];
  const target = ["--target", String((await firstProcess(lab, host)).pid), "--all", `--wdns=${HOME}`];
  const env = { ...variables, HOME, USER: "root", LOGNAME: "root" };
  const options = { input, reject: false, extendEnv: false, env } as const;
  const { stdout, stderr, exitCode, message } = await execa("/usr/bin/nsenter", [...target, "--", ...argv], options);
  if (exitCode === undefined) throw new Error(`${host.name}: ${message}`);
  return { stdout, stderr, exitCode };
}

interface Process {
  readonly pid: number;
  readonly parent: string;
  /** With the number it names a process for good. */
  readonly started: string;
}

const known = new Map<string, Process>();

/** Process 1 of a host; looked for anew when the last one has ended. */
async function firstProcess(lab: Lab, host: Host): Promise<Process> {
  const folder = hostFolder(lab, host);
  const last = known.get(folder);
  if (last && (await processOf(last.pid))?.started === last.started) return last;
  const parents = (await containersBelow(folder)).map(String);
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name) && !parents.includes(name));
  const all = await Promise.all(pids.map((pid) => processOf(Number(pid))));
  const found = all.find((each) => each && parents.includes(each.parent));
  if (!found) throw new Error(`${host.name} of lab "${lab.name}" does not run: reset it`);
  known.set(folder, found);
  return found;
}

/** From the fields of proc_pid_stat(5) behind the name, which may hold anything; a zombie has no namespaces any more. */
async function processOf(pid: number): Promise<Process | undefined> {
  const text = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => undefined);
  const fields = text?.slice(text.lastIndexOf(")") + 2).split(" ");
  return fields && fields[0] !== "Z" ? { pid, parent: fields[1] ?? "", started: fields[19] ?? "" } : undefined;
}

import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";

/** Whether systemd runs this machine; then it gives each container a scope, and nobody else may make control groups. */
export const systemdRuns = (): boolean => existsSync("/run/systemd/system");

/**
 * Does `spawn` so that the child begins in a control group called `name`. Without one of its own each host would have
 * its units in the same groups as the other hosts, and stopping `ssh.service` on one would kill it on all. A child
 * begins where its parent is, so this process goes there and back; nothing else of it runs meanwhile.
 */
export function inControlGroup<Child>(name: string, spawn: () => Child): Child {
  if (systemdRuns()) return spawn();
  const parents = controlGroups();
  for (const parent of parents) {
    mkdirSync(join(parent, name), { recursive: true });
    enter(join(parent, name));
  }
  try {
    return spawn();
  } finally {
    for (const parent of parents) enter(parent);
  }
}

/** Processes in the control groups called `name`: all of a host, also when its nspawn is dead. */
export const processesInGroup = (name: string): number[] => groupsCalled(name).flatMap(processesBelow);

function processesBelow(group: string): number[] {
  if (!existsSync(group)) return [];
  const own = readFileSync(join(group, "cgroup.procs"), "utf8").split("\n").filter(Boolean).map(Number);
  return [...own, ...innerGroups(group).flatMap(processesBelow)];
}

/** Removes the control groups called `name`, whose processes have been killed. */
export async function removeControlGroup(name: string): Promise<void> {
  if (systemdRuns()) return;
  for (const group of groupsCalled(name)) {
    for (let tries = 1; !removeTree(group); tries++) {
      if (tries === 100) throw new Error(`control group ${group} stays busy; its processes: ${group}/cgroup.procs`);
      await pause(20);
    }
  }
}

/** Names of the control groups of a lab's hosts, which begin with its tag. */
export const controlGroupsOf = (tag: string): string[] =>
  controlGroups().flatMap((parent) => readdirSync(parent).filter((name) => name.startsWith(`${tag}-`)));

const enter = (group: string) => writeFileSync(join(group, "cgroup.procs"), String(process.pid));

/** @returns whether the group is gone; one is busy until the last of its processes has ended */
function removeTree(group: string): boolean {
  if (!existsSync(group)) return true;
  if (!innerGroups(group).every(removeTree)) return false;
  try {
    rmdirSync(group);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EBUSY") return false;
    throw error;
  }
}

const innerGroups = (group: string): string[] =>
  readdirSync(group, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => join(group, entry.name));

/** Ours, or the scope that systemd made for the container. */
const groupsCalled = (name: string): string[] =>
  systemdRuns()
    ? [join(hierarchyMount("") ?? "/sys/fs/cgroup", "machine.slice", `${name}.scope`)]
    : controlGroups().map((parent) => join(parent, name));

/** This process's groups in the hierarchies that systemd-nspawn looks at: cgroup 2, and systemd's own of cgroup 1. */
function controlGroups(): string[] {
  const paths = readFileSync("/proc/self/cgroup", "utf8").matchAll(/^\d+:(|name=systemd):(.*)$/gm);
  return [...paths].flatMap(([, hierarchy = "", path = ""]) => {
    const mount = hierarchyMount(hierarchy);
    if (!mount) return [];
    return existsSync(join(mount, path)) ? [join(mount, path)] : [mount];
  });
}

function hierarchyMount(hierarchy: string): string | undefined {
  const type = hierarchy === "" ? "cgroup2" : "cgroup";
  for (const line of readFileSync("/proc/self/mounts", "utf8").split("\n")) {
    const [, point, kind, options = ""] = line.split(" ");
    if (kind === type && (hierarchy === "" || options.split(",").includes(hierarchy))) return point;
  }
  return undefined;
}

import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import type { Backend } from "./backend.ts";
import { ensureBase } from "./base.ts";
import { controlGroupsOf, removeControlGroup } from "./cgroup.ts";
import { containersBelow, halt, kill, removeTraces, start } from "./container.ts";
import { ensureNat, removeNat } from "./firewall.ts";
import { ensureRoot, mountRoot, removeRoot, rootOf } from "./host-root.ts";
import { mountsBelow, unmountBelow } from "./mounts.ts";
import { attach, detach, endForwarding, ensureBridge, isAttached, linksOf, namespacesOf } from "./network.ts";
import { type Host, hostFolder, kernelName, type Lab } from "./place.ts";
import type { Plan } from "./plan.ts";
import { nspawnObstacle } from "./requirements.ts";
import { systems } from "./system.ts";

/** Hosts by systemd-nspawn: an overlay, a network namespace and a control group each. */
export const nspawn: Backend = {
  obstacle: nspawnObstacle,
  prepare: async (system) => void (await ensureBase(system)),

  async ensureNetwork(lab, plan) {
    await ensureBridge(lab, plan);
    await ensureNat(lab, plan);
  },

  async ensureHost(lab, plan, host) {
    if (await isWhole(lab, host)) return;
    await nspawn.stop(lab, host);
    await ensureRoot(lab, host, host.base ?? (await ensureBase(host.system)));
    await boot(lab, plan, host);
  },

  async stop(lab, host, { orderly = false } = {}) {
    const name = kernelName(lab, host);
    const folder = hostFolder(lab, host);
    if (orderly) await halt(folder);
    await kill(folder, name);
    const [mounted] = await mountsBelow(rootOf(lab, host));
    await removeTraces(name, mounted === undefined ? undefined : await stat(mounted));
    await removeControlGroup(name);
    await detach(name);
    await unmountBelow(folder);
  },

  remove: removeRoot,

  running: async (lab, host) => (await containersBelow(hostFolder(lab, host)))[0],

  async consoleEnd(lab, host) {
    const console = await readFile(consoleOf(lab, host), "utf8");
    return console.trimEnd().split(/\r?\n/).slice(-15).join("\n");
  },

  async sweep(lab) {
    const names = [...(await namespacesOf(lab)), ...(await linksOf(lab)), ...controlGroupsOf(lab.tag)];
    for (const name of new Set(names)) {
      await kill(lab.folder, name);
      await removeTraces(name);
      await removeControlGroup(name);
      await detach(name);
    }
    await kill(lab.folder, lab.tag);
    await removeNat(lab);
    await unmountBelow(lab.folder);
    await endForwarding();
  },
};

const consoleOf = (lab: Lab, host: Host) => join(hostFolder(lab, host), "console");

/** Whether a host runs and has all its parts. */
async function isWhole(lab: Lab, host: Host): Promise<boolean> {
  if ((await nspawn.running(lab, host)) === undefined) return false;
  return (await mountsBelow(rootOf(lab, host))).length === 1 && (await isAttached(lab, host));
}

/** Starts a stopped host; does not wait for it. */
async function boot(lab: Lab, plan: Plan, host: Host): Promise<void> {
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

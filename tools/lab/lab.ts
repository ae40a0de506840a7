import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { step } from "../toolchain/progress.ts";
import { ensureBase } from "./base.ts";
import { controlGroupsOf, removeControlGroup } from "./cgroup.ts";
import { kill, removeTraces } from "./container.ts";
import { ensureNat, removeNat } from "./firewall.ts";
import { boot, isWhole, stateOf, stop, untilRunning } from "./host.ts";
import { ensureRoot, removeRoot } from "./host-root.ts";
import { ensureFiles } from "./keys.ts";
import { exclusively } from "./lock.ts";
import { unmountBelow } from "./mounts.ts";
import { detach, ensureBridge, linksOf, namespacesOf } from "./network.ts";
import { type Host, type Lab, labFiles, labNamed } from "./place.ts";
import { hostOf, makePlan, type Plan, readPlan, requirePlan, usualHosts } from "./plan.ts";
import { requireLab } from "./requirements.ts";
import type { SystemName } from "./system.ts";

/** What `groundwork lab status --json` prints. */
export interface Status {
  readonly lab: string;
  readonly subnet: string;
  readonly hosts: readonly (Host & { readonly state: string; readonly pid?: number })[];
  readonly files: { readonly sshConfig: string; readonly knownHosts: string; readonly key: string };
}

/**
 * Makes a lab as planned, or what is missing of it: may be called at any time, after any accident. Hosts that run stay
 * as they are.
 *
 * @param hosts names of hosts it must have. @default those it has, or `control`, `inference`, `storage`
 * @param system what hosts are that it does not have yet. @default debian
 */
export async function up(name: string, hosts?: readonly string[], system?: SystemName): Promise<Plan> {
  requireLab();
  const lab = labNamed(name);
  return exclusively(async () => {
    const before = await readPlan(lab);
    if (!before) await sweep(lab);
    await mkdir(lab.folder, { recursive: true, mode: 0o700 });
    const plan = await makePlan(lab, hosts ?? before?.hosts.map((host) => host.name) ?? usualHosts, system);
    await ensureFiles(lab, plan);
    for (const { system } of plan.hosts) await ensureBase(system);
    await ensureBridge(lab, plan);
    await ensureNat(lab, plan);
    for (const host of plan.hosts) await ensureHost(lab, plan, host);
    await step("booting the lab hosts", () => Promise.all(plan.hosts.map((host) => untilRunning(lab, host))));
    return plan;
  });
}

/** Makes a host as freshly installed, with the same address and host key. */
export async function reset(name: string, hostName: string): Promise<void> {
  requireLab();
  const lab = labNamed(name);
  await exclusively(async () => {
    const plan = await requirePlan(lab);
    const host = hostOf(plan, hostName);
    await ensureBase(host.system);
    await step(`resetting ${host.name}`, async () => {
      await stop(lab, host);
      await removeRoot(lab, host);
      await ensureBridge(lab, plan);
      await ensureNat(lab, plan);
      await ensureHost(lab, plan, host);
      await untilRunning(lab, host);
    });
  });
}

/**
 * Removes a lab with all it made; the base and the downloaded packages, which are not its own, stay.
 *
 * @param keep only stop it: hosts and files stay for the next `up`. @default false
 */
export async function down(name: string, { keep = false } = {}): Promise<void> {
  requireLab();
  const lab = labNamed(name);
  await exclusively(async () => {
    const plan = await readPlan(lab).catch(() => undefined); // an unreadable plan must not keep a lab alive
    const hosts = plan?.hosts ?? [];
    await step("stopping the lab hosts", () => Promise.all(hosts.map((host) => stop(lab, host, { orderly: keep }))));
    if (keep) return void (await sweepKernel(lab));
    for (const host of hosts) await removeRoot(lab, host);
    await sweep(lab);
  });
}

/** The hosts of a lab and how they are. */
export async function status(name: string): Promise<Status> {
  requireLab();
  const lab = labNamed(name);
  const { subnet, hosts } = await requirePlan(lab);
  const { sshConfig, knownHosts, key } = labFiles(lab);
  const states = hosts.map(async (host) => ({ ...host, ...(await stateOf(lab, host)) }));
  return { lab: name, subnet, hosts: await Promise.all(states), files: { sshConfig, knownHosts, key } };
}

async function ensureHost(lab: Lab, plan: Plan, host: Host): Promise<void> {
  if (await isWhole(lab, host)) return;
  await stop(lab, host);
  await ensureRoot(lab, host, await ensureBase(host.system));
  await boot(lab, plan, host);
}

/** Removes all that a lab has in the kernel and on disk, known by name alone. The plan goes first: without it nothing of the rest counts. */
async function sweep(lab: Lab): Promise<void> {
  await sweepKernel(lab);
  await rm(join(lab.folder, "lab.json"), { force: true });
  await rm(lab.folder, { recursive: true, force: true });
}

async function sweepKernel(lab: Lab): Promise<void> {
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
}

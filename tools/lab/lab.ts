import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { step } from "../toolchain/progress.ts";
import type { Backend, BackendName } from "./backend.ts";
import { backends, usableBackends } from "./backends.ts";
import { stateOf, untilRunning } from "./host.ts";
import { ensureFiles } from "./keys.ts";
import { exclusively } from "./lock.ts";
import { type Host, type Lab, labFiles, labNamed } from "./place.ts";
import { hostOf, makePlan, type Plan, readPlan, requirePlan, usualHosts, type Wanted } from "./plan.ts";

/** What `groundwork lab status --json` prints. */
export interface Status {
  readonly lab: string;
  readonly subnet: string;
  readonly backend: BackendName;
  readonly hosts: readonly (Host & { readonly state: string; readonly pid?: number })[];
  readonly files: { readonly sshConfig: string; readonly knownHosts: string; readonly key: string };
}

/**
 * Makes a lab as planned, or what is missing of it: may be called at any time, after any accident. Hosts that run stay
 * as they are.
 *
 * @param hosts names of hosts it must have. @default those it has, or `control`, `inference`, `storage`
 * @param wanted what hosts are that it does not have yet, and what runs a lab that is new
 */
export async function up(name: string, hosts?: readonly string[], wanted: Wanted = {}): Promise<Plan> {
  const lab = labNamed(name);
  const known = await readPlan(lab);
  required(known?.backend ?? wanted.backend ?? "nspawn");
  const plan = await exclusively(async () => {
    const before = await readPlan(lab);
    if (!before) await sweep(lab, usableBackends());
    await mkdir(lab.folder, { recursive: true, mode: 0o700 });
    const plan = await makePlan(lab, hosts ?? before?.hosts.map((host) => host.name) ?? usualHosts, wanted);
    const backend = required(plan.backend);
    await ensureFiles(lab, plan);
    for (const { system } of plan.hosts) await backend.prepare(system);
    await backend.ensureNetwork(lab, plan);
    for (const host of plan.hosts) await backend.ensureHost(lab, plan, host);
    return plan;
  });
  const backend = required(plan.backend);
  await step("booting the lab hosts", () => Promise.all(plan.hosts.map((host) => untilRunning(backend, lab, host))));
  return plan;
}

/** Makes a host as freshly installed, with the same address and host key. */
export async function reset(name: string, hostName: string): Promise<void> {
  const lab = labNamed(name);
  required((await requirePlan(lab)).backend);
  await step(`resetting ${hostName}`, async () => {
    const made = await exclusively(async () => {
      const plan = await requirePlan(lab);
      const host = hostOf(plan, hostName);
      const backend = required(plan.backend);
      await backend.prepare(host.system);
      await backend.stop(lab, host);
      await backend.remove(lab, host);
      await backend.ensureNetwork(lab, plan);
      await backend.ensureHost(lab, plan, host);
      return { backend, host };
    });
    await untilRunning(made.backend, lab, made.host);
  });
}

/**
 * Removes a lab with all it made; the base and the downloaded packages, which are not its own, stay.
 *
 * @param keep only stop it: hosts and files stay for the next `up`. @default false
 */
export async function down(name: string, { keep = false } = {}): Promise<void> {
  const lab = labNamed(name);
  const readable = () => readPlan(lab).catch(() => undefined); // an unreadable plan must not keep a lab alive
  required((await readable())?.backend);
  await exclusively(async () => {
    const plan = await readable();
    const backend = plan && required(plan.backend);
    const hosts = plan?.hosts ?? [];
    await step("stopping the lab hosts", () =>
      Promise.all(hosts.map((host) => backend?.stop(lab, host, { orderly: keep }))),
    );
    if (keep) {
      if (plan?.backend === "nspawn") await backend?.sweep(lab);
      return;
    }
    for (const host of hosts) await backend?.remove(lab, host);
    await sweep(lab, backend ? [backend] : usableBackends());
  });
}

/** The hosts of a lab and how they are. */
export async function status(name: string): Promise<Status> {
  const lab = labNamed(name);
  const { subnet, hosts, backend } = await requirePlan(lab);
  const { sshConfig, knownHosts, key } = labFiles(lab);
  const states = hosts.map(async (host) => ({ ...host, ...(await stateOf(required(backend), lab, host)) }));
  return { lab: name, subnet, backend, hosts: await Promise.all(states), files: { sshConfig, knownHosts, key } };
}

/** A back end that this machine can run; any, where a lab's own is not known. @throws Error that says what is needed. */
function required(name: BackendName | undefined): Backend {
  const backend = backends[name ?? "nspawn"];
  const obstacle = backend.obstacle();
  if (obstacle === undefined) return backend;
  const [other] = name === undefined ? usableBackends() : [];
  if (!other) throw new Error(obstacle);
  return other;
}

/** Removes all that a lab has outside its folder and in it, known by name alone. The plan goes first: without it nothing of the rest counts. */
async function sweep(lab: Lab, left: readonly Backend[]): Promise<void> {
  for (const backend of left) await backend.sweep(lab);
  await rm(join(lab.folder, "lab.json"), { force: true });
  await rm(lab.folder, { recursive: true, force: true });
}

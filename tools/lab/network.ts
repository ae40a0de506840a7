import { existsSync, readFileSync } from "node:fs";
import { readFile, rm, stat, writeFile } from "node:fs/promises";
import { type Host, kernelName, type Lab } from "./place.ts";
import type { Plan } from "./plan.ts";
import { attempt, run } from "./run.ts";
import { addressIn } from "./subnet.ts";

/** Makes the bridge of a lab, with the lab's router address, and lets this machine forward. */
export async function ensureBridge(lab: Lab, plan: Plan): Promise<void> {
  if (!(await linkExists(lab.tag))) await run`ip link add ${lab.tag} type bridge`;
  await run`ip address replace ${addressIn(plan.subnet, 1)}/24 dev ${lab.tag}`;
  await run`ip link set ${lab.tag} mtu ${await outwardMtu()} up`;
  if ((await readFile(forwarding, "utf8")).trim() === "1") return;
  await writeFile(await wasOff(), "");
  await writeFile(forwarding, "1");
}

/** Puts back what `ensureBridge` switched on, once no bridge is left that may need it: another lab's, or a container engine's. */
export async function endForwarding(): Promise<void> {
  if (!existsSync(await wasOff())) return;
  const { stdout } = await run`ip -json link show type bridge`;
  if (JSON.parse(stdout || "[]").length > 0) return;
  await writeFile(forwarding, "0");
  await rm(await wasOff());
}

const forwarding = "/proc/sys/net/ipv4/ip_forward";

/** Gone after a boot, as the setting is; each network namespace has its own. */
const wasOff = async (): Promise<string> => `/run/groundwork.forwarding-off.${(await stat("/proc/self/ns/net")).ino}`;

/** Gives a host a network namespace and a link to the bridge. */
export async function attach(lab: Lab, plan: Plan, host: Host): Promise<void> {
  const name = kernelName(lab, host);
  const mtu = await outwardMtu();
  await run`ip netns add ${name}`;
  // The same hardware address at each boot, or neighbours go on looking for the old one.
  await run`ip link add ${name} mtu ${mtu} type veth peer name eth0 address ${hardwareAddress(host)} mtu ${mtu} netns ${name}`;
  await run`ip link set ${name} master ${lab.tag} up`;
  await run`ip -n ${name} link set lo up`;
  await run`ip -n ${name} address add ${host.address}/24 dev eth0`;
  await run`ip -n ${name} link set eth0 up`;
  await run`ip -n ${name} route add default via ${addressIn(plan.subnet, 1)}`;
}

/** Whether a host has all that `attach` gives; puts a link back on a bridge that was made anew. */
export async function isAttached(lab: Lab, host: Host): Promise<boolean> {
  const name = kernelName(lab, host);
  const inside = await attempt`ip -n ${name} link show eth0`;
  const outside = await attempt`ip link set ${name} master ${lab.tag} up`;
  return inside.exitCode === 0 && outside.exitCode === 0;
}

/** Links of a lab: its bridge and one for each host. */
export async function linksOf(lab: Lab): Promise<string[]> {
  const { stdout } = await run`ip -json link show`;
  const links: { ifname: string }[] = JSON.parse(stdout);
  return links.map((link) => link.ifname).filter((name) => name === lab.tag || name.startsWith(`${lab.tag}-`));
}

/** Network namespaces of a lab, one for each host. */
export async function namespacesOf(lab: Lab): Promise<string[]> {
  const { stdout } = await run`ip -json netns list`;
  const namespaces: { name: string }[] = JSON.parse(stdout || "[]");
  return namespaces.map((namespace) => namespace.name).filter((name) => name.startsWith(`${lab.tag}-`));
}

/** Processes in a network namespace: all of a host, also when its nspawn is dead. */
export async function processesIn(namespace: string): Promise<number[]> {
  const { stdout } = await attempt`ip netns pids ${namespace}`;
  return stdout.split("\n").filter(Boolean).map(Number);
}

/** Removes link and namespace of that name, if there. */
export async function detach(name: string): Promise<void> {
  if (await linkExists(name)) await run`ip link delete ${name}`;
  await attempt`ip netns delete ${name}`;
}

const linkExists = async (name: string): Promise<boolean> => (await attempt`ip link show ${name}`).exitCode === 0;

const hardwareAddress = (host: Host): string =>
  ["02:00", ...host.address.split(".").map((part) => Number(part).toString(16).padStart(2, "0"))].join(":");

/** A link has 1500 by default; the way out may be narrower. */
export async function outwardMtu(): Promise<string> {
  const { stdout } = await run`ip -json -4 route show default`;
  const routes: { dev?: string }[] = JSON.parse(stdout || "[]");
  const device = routes[0]?.dev;
  return device ? readFileSync(`/sys/class/net/${device}/mtu`, "utf8").trim() : "1500";
}

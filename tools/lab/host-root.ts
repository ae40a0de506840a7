import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { chown, copyFile, mkdir, readFile, readlink, rename, rm, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { hostKey } from "./keys.ts";
import { harvestPackages, seedPackages } from "./packages.ts";
import { type Host, hostFolder, kernelName, type Lab, labFiles } from "./place.ts";
import { run } from "./run.ts";
import { systems } from "./system.ts";

/** The merged root of a host: its own layer over the base. */
export const rootOf = (lab: Lab, host: Host): string => join(hostFolder(lab, host), "root");
const layer = (folder: string) => join(folder, "upper");

/** Makes a host's files unless they are there and their base too. Whole or not at all: known from outside before it first answers. */
export async function ensureRoot(lab: Lab, host: Host, base: string): Promise<void> {
  const folder = hostFolder(lab, host);
  if (existsSync(join(folder, "base", "etc"))) return;
  await removeRoot(lab, host);
  const part = `${folder}.part`;
  const upper = layer(part);
  for (const made of ["work", "root"]) await mkdir(join(part, made), { recursive: true });
  await symlink(base, join(part, "base"));

  await writeFiles(lab, host, upper);
  await seedPackages(join(upper, systems[host.system].debian));
  await rename(part, folder);
}

/** Writes below `root` what makes a host this one. */
async function writeFiles(lab: Lab, host: Host, root: string): Promise<void> {
  const { files, etc: folder, homes } = systems[host.system];
  const etc = join(root, folder);
  if (files) await run("cp", ["--recursive", "--no-dereference", "--preserve=mode", `${files}/.`, root]);
  await mkdir(join(etc, "ssh"), { recursive: true });
  await copyFile(hostKey(lab, host), join(etc, "ssh/ssh_host_ed25519_key"));
  await copyFile(`${hostKey(lab, host)}.pub`, join(etc, "ssh/ssh_host_ed25519_key.pub"));
  if (host.system === "debian") {
    await writeFile(join(etc, "hostname"), `${host.name}\n`);
    await writeFile(join(etc, "hosts"), `127.0.0.1 localhost\n127.0.1.1 ${host.name}\n`);
  }
  await writeFile(join(etc, "machine-id"), `${randomBytes(16).toString("hex")}\n`);
  await writeFile(join(etc, "resolv.conf"), await resolver());
  for (const [home, uid, gid] of homes) await authorize(lab, join(root, home), uid, gid);
}

/** Removes a stopped host's files, keeping the packages it downloaded; a rename first, so that no half of it passes for a host. */
export async function removeRoot(lab: Lab, host: Host): Promise<void> {
  const folder = hostFolder(lab, host);
  await rm(`${folder}.part`, { recursive: true, force: true });
  if (!existsSync(folder)) return;
  await harvestPackages(join(layer(folder), systems[host.system].debian));
  await rename(folder, `${folder}.part`);
  await rm(`${folder}.part`, { recursive: true });
}

/** Mounts a host's root. */
export async function mountRoot(lab: Lab, host: Host): Promise<void> {
  const folder = hostFolder(lab, host);
  const base = await readlink(join(folder, "base"));
  const options = `lowerdir=${base},upperdir=${layer(folder)},workdir=${join(folder, "work")}`;
  await run("mount", ["-t", "overlay", kernelName(lab, host), "-o", options, rootOf(lab, host)]);
}

async function authorize(lab: Lab, home: string, uid: number, gid: number): Promise<void> {
  await mkdir(dirname(home), { recursive: true });
  const [ssh, keys] = [join(home, ".ssh"), join(home, ".ssh/authorized_keys")];
  await mkdir(ssh, { recursive: true, mode: 0o700 });
  await writeFile(keys, await readFile(`${labFiles(lab).key}.pub`), { mode: 0o600 });
  for (const path of [home, ssh, keys]) await chown(path, uid, gid);
}

/** This machine's resolver as a host can use it: a loopback address would be the host's own. */
async function resolver(): Promise<string> {
  for (const path of ["/etc/resolv.conf", "/run/systemd/resolve/resolv.conf"]) {
    if (!existsSync(path)) continue;
    const text = await readFile(path, "utf8");
    const reachable = /^nameserver\s+(?!127\.|::1)/m.test(text);
    if (reachable) return text;
  }
  throw new Error("the lab hosts need a resolver that is not on a loopback address: name one in /etc/resolv.conf");
}

import { existsSync } from "node:fs";
import { mkdir, readlink, rename, rm, symlink } from "node:fs/promises";
import { join } from "node:path";
import { writeHostFiles } from "./host-files.ts";
import { harvestPackages, seedPackages } from "./packages.ts";
import { type Host, hostFolder, kernelName, type Lab } from "./place.ts";
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

  await writeHostFiles(lab, host, upper);
  await seedPackages(join(upper, systems[host.system].debian));
  await rename(part, folder);
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

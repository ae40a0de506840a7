import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { readdir, readFile, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";

import { recipeOf } from "../../tools/lab/base.ts";
import { mountRoot, rootOf } from "../../tools/lab/host-root.ts";
import { down } from "../../tools/lab/lab.ts";
import { unmountBelow } from "../../tools/lab/mounts.ts";
import { type Host, hostFolder, labNamed } from "../../tools/lab/place.ts";
import { hostOf, requirePlan } from "../../tools/lab/plan.ts";
import { type SystemName, systems } from "../../tools/lab/system.ts";
import { cacheDir } from "../../tools/toolchain/bundle.mjs";
import { startLab, type TestLab } from "./lab.ts";

/** What is done to a fresh host, once for all hosts that begin with it. */
export interface Preparation {
  readonly name: string;
  /** Of the host. @default "debian" */
  readonly system?: SystemName;
  /** Name of the host. */
  readonly host: string;
  /** Script for sh, as root. */
  readonly script: string;
  /** Files of this machine, and what else it follows from: another of them prepares anew. */
  readonly from?: readonly string[];
  /** Done before the script: copies the files. */
  readonly copy?: (lab: TestLab) => Promise<void>;
}

/** Root of a host on which all of it was done, kept in the cache: packages are installed when it changes, not with each test. */
export async function preparedBase(preparation: Preparation): Promise<string> {
  const { name, system = "debian", host, script, copy } = preparation;
  const prefix = `lab-prepared-${name}-`;
  const folder = join(cacheDir(), `${prefix}${await digestOf(preparation)}`);
  if (existsSync(folder)) return folder;

  const labName = `test-prepare-${name}`;
  const lab = await startLab(labName, { hosts: [host], system }); // whoever wants the same waits for its turn here
  if (!existsSync(folder)) {
    await lab.reset(host);
    await copy?.(lab);
    const { exitCode, stderr } = await lab.ssh(host, ["sh", "-s"], { input: script });
    if (exitCode !== 0) throw new Error(`${name}: ${script}\nended with ${exitCode}: ${stderr}`);
    await down(labName, { keep: true });
    await keepRoot(labName, host, folder);
    const old = (await readdir(cacheDir())).filter(
      (each) => each.startsWith(prefix) && join(cacheDir(), each) !== folder,
    );
    for (const each of old) await rm(join(cacheDir(), each), { recursive: true });
  }
  await lab.stop();
  return folder;
}

/** Whole or not at all. */
async function keepRoot(labName: string, hostName: string, folder: string): Promise<void> {
  const lab = labNamed(labName);
  const host: Host = hostOf(await requirePlan(lab), hostName);
  await rm(`${folder}.part`, { recursive: true, force: true });
  await mountRoot(lab, host);
  await execa("cp", ["-a", rootOf(lab, host), `${folder}.part`]);
  await unmountBelow(hostFolder(lab, host));
  const downloaded = join(`${folder}.part`, systems[host.system].debian, "var/cache/apt/archives");
  for (const file of await readdir(downloaded)) if (file.endsWith(".deb")) await rm(join(downloaded, file));
  await rename(`${folder}.part`, folder);
}

async function digestOf({ system = "debian", script, from = [] }: Preparation): Promise<string> {
  const hash = createHash("sha256").update(`${await recipeOf(system)}\n${script}\n`);
  for (const each of from) {
    const found = each.startsWith("/") ? await stat(each) : undefined;
    hash.update(`${each} ${found?.size ?? ""} ${found?.mtimeMs ?? ""}\n`);
  }
  const own = systems[system].files;
  for (const file of own ? await filesBelow(own) : []) hash.update(file).update(await readFile(file));
  return hash.digest("hex").slice(0, 12);
}

async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

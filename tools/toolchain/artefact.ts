// Programs that lab hosts get as an Archive resource, as any user's: kept in the cache, by name and version.
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readFile, rename, rm } from "node:fs/promises";
import path from "node:path";

import { execa } from "execa";

import { cacheDir } from "./bundle.mjs";
import { replaceFile } from "./replace-file.ts";

/** What an Archive resource takes. */
export interface Artefact {
  /** Path of the archive. */
  readonly source: string;
  readonly sha256: string;
}

/** Where the program lies unpacked, for use on this machine. */
export const artefactFolder = (name: string, version: string): string => path.join(cacheDir(), `${name}-${version}`);

/** The archive, or `undefined` where `makeArtefact` has not been called. */
export async function findArtefact(name: string, version: string): Promise<Artefact | undefined> {
  const source = `${artefactFolder(name, version)}.tar.gz`;
  const digest = `${source}.sha256`;
  return existsSync(digest) ? { source, sha256: (await readFile(digest, "utf8")).trim() } : undefined;
}

/** Has `fill` put a program into a folder and packs that; what is there already stays. */
export async function makeArtefact(
  name: string,
  version: string,
  fill: (folder: string) => Promise<void>,
): Promise<Artefact> {
  const found = await findArtefact(name, version);
  if (found) return found;

  const folder = artefactFolder(name, version);
  const part = `${folder}.${process.pid}.part`;
  await mkdir(part, { recursive: true });
  try {
    await fill(part);
    await execa("tar", ["--sort=name", "--owner=0", "--group=0", "-czf", `${part}.tar.gz`, "-C", part, "."]);
    await rm(folder, { recursive: true, force: true });
    await rename(part, folder);
    await rename(`${part}.tar.gz`, `${folder}.tar.gz`);
  } finally {
    await rm(part, { recursive: true, force: true });
    await rm(`${part}.tar.gz`, { force: true });
  }
  const sha256 = createHash("sha256")
    .update(await readFile(`${folder}.tar.gz`))
    .digest("hex");
  await replaceFile(`${folder}.tar.gz.sha256`, `${sha256}\n`); // last: it says that the rest is whole
  return { source: `${folder}.tar.gz`, sha256 };
}

import { mkdir, readFile, rename, rm } from "node:fs/promises";
import path from "node:path";

import { execa } from "execa";

import { bundle } from "../toolchain/bundle.mjs";
import {
  cliOrigin,
  cliPath,
  randomOrigin,
  randomPluginFolder,
  root,
  standInMark,
  versions,
} from "../toolchain/places.ts";
import { step } from "../toolchain/progress.ts";
import { replaceFile } from "../toolchain/replace-file.ts";

const launcher = `#!/bin/sh
# Written by \`groundwork setup\`: stands in for Pulumi's random plugin where that cannot be downloaded.
exec node "$(dirname "$0")/stand-in.cjs" "$@"
`;

/** The official random plugin beside an official CLI, the stand-in beside one that was built. */
export async function ensureRandomPlugin(): Promise<void> {
  if (randomOrigin() === "official") return;
  if (randomOrigin() === "missing" && cliOrigin() === "official" && (await download())) return;
  await installStandIn();
}

export const forgetRandomPlugin = () => rm(randomPluginFolder(), { recursive: true, force: true });

async function download(): Promise<boolean> {
  const result = await step(`Downloading the random plugin ${versions.random}`, () =>
    execa(cliPath(), ["plugin", "install", "resource", "random", versions.random], { reject: false }),
  );
  if (result.failed) {
    console.error(`The official random plugin cannot be downloaded: ${result.stderr.trim().split("\n").at(-1)}`);
  }
  return !result.failed;
}

async function installStandIn(): Promise<void> {
  const built = await bundle({ root, entry: "tools/offline-plugins/random/main.ts", name: "random" });
  const code = await readFile(built);
  if (randomOrigin() === "ours") return replaceFile(standInMark(), code);

  // The engine takes the folder's presence for a whole plugin: it appears at once or not at all.
  const folder = randomPluginFolder();
  const part = `${folder}.${process.pid}.part`;
  await replaceFile(path.join(part, "stand-in.cjs"), code);
  await replaceFile(path.join(part, "pulumi-resource-random"), launcher, 0o755);
  await forgetRandomPlugin();
  await mkdir(path.dirname(folder), { recursive: true });
  await rename(part, folder);
}

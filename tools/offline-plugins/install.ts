import { mkdir, readFile, rename, rm } from "node:fs/promises";
import path from "node:path";

import { execa } from "execa";

import { bundle } from "../toolchain/bundle.mjs";
import {
  cliOrigin,
  cliPath,
  type PluginName,
  pluginFolder,
  pluginNames,
  pluginOrigin,
  root,
  standInMark,
  versions,
} from "../toolchain/places.ts";
import { step } from "../toolchain/progress.ts";
import { replaceFile } from "../toolchain/replace-file.ts";

const launcher = (name: PluginName): string => `#!/bin/sh
# Written by \`groundwork setup\`: stands in for Pulumi's ${name} plugin where that cannot be downloaded.
exec node "$(dirname "$0")/stand-in.cjs" "$@"
`;

/** The official plugins beside an official CLI, the stand-ins beside one that was built. */
export async function ensurePlugins(): Promise<void> {
  for (const name of pluginNames) await ensurePlugin(name);
}

async function ensurePlugin(name: PluginName): Promise<void> {
  if (pluginOrigin(name) === "official") return;
  if (pluginOrigin(name) === "missing" && cliOrigin() === "official" && (await download(name))) return;
  await installStandIn(name);
}

const forgetPlugin = (name: PluginName) => rm(pluginFolder(name), { recursive: true, force: true });

export async function forgetPlugins(): Promise<void> {
  for (const name of pluginNames) await forgetPlugin(name);
}

async function download(name: PluginName): Promise<boolean> {
  const result = await step(`Downloading the ${name} plugin ${versions[name]}`, () =>
    execa(cliPath(), ["plugin", "install", "resource", name, versions[name]], { reject: false }),
  );
  if (result.failed) {
    console.error(`The official ${name} plugin cannot be downloaded: ${result.stderr.trim().split("\n").at(-1)}`);
  }
  return !result.failed;
}

async function installStandIn(name: PluginName): Promise<void> {
  const built = await bundle({ root, entry: `tools/offline-plugins/${name}/main.ts`, name });
  const code = await readFile(built);
  if (pluginOrigin(name) === "ours") return replaceFile(standInMark(name), code);

  // The engine takes the folder's presence for a whole plugin: it appears at once or not at all.
  const folder = pluginFolder(name);
  const part = `${folder}.${process.pid}.part`;
  await replaceFile(path.join(part, "stand-in.cjs"), code);
  await replaceFile(path.join(part, `pulumi-resource-${name}`), launcher(name), 0o755);
  await forgetPlugin(name);
  await mkdir(path.dirname(folder), { recursive: true });
  await rename(part, folder);
}

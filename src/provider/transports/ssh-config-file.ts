import { readdir, readFile } from "node:fs/promises";
import { homedir } from "node:os";
import { basename, dirname, isAbsolute, join } from "node:path";
import SSHConfig from "ssh-config";

import { hostConnection } from "../../schemas/host.ts";
import { ConnectionMisconfigured } from "./errors.ts";
import { glob } from "./known-hosts.ts";

export const defaultConfig = hostConnection.shape.sshConfig.parse(undefined);
const deepest = 16;

/** An ssh_config(5) with what it includes; only the default one may be missing. Throws `ConnectionMisconfigured`. */
export async function readSshConfig(host: string, path: string): Promise<SSHConfig> {
  try {
    return SSHConfig.parse(await inlined(expand(path), 0));
  } catch (error) {
    const missing = error instanceof Error && "code" in error && error.code === "ENOENT";
    if (missing && path === defaultConfig) return SSHConfig.parse("");
    const reason = error instanceof Error ? error.message : String(error);
    throw new ConnectionMisconfigured(host, `cannot read the ssh_config ${path}: ${reason}`);
  }
}

/** The text with each `Include` replaced; the section it stands in goes on behind it. */
async function inlined(path: string, depth: number): Promise<string> {
  if (depth > deepest) throw new Error(`Include goes deeper than ${deepest} files`);
  let section = "Host *";
  const lines: string[] = [];
  for (const line of (await readFile(path, "utf8")).split("\n")) {
    if (/^\s*(host|match)[\s=]/i.test(line)) section = line;
    const include = /^\s*include[\s=]+(.*)$/i.exec(line)?.[1];
    if (include === undefined) {
      lines.push(line);
      continue;
    }
    for (const pattern of include.match(/"[^"]+"|\S+/g) ?? []) {
      for (const file of await matching(pattern.replaceAll('"', ""))) lines.push(await inlined(file, depth + 1));
    }
    lines.push(section);
  }
  return lines.join("\n");
}

/** Wildcards stand in the last part only. */
async function matching(pattern: string): Promise<string[]> {
  const expanded = expand(pattern);
  const path = isAbsolute(expanded) ? expanded : join(homedir(), ".ssh", expanded);
  const fits = glob(basename(path));
  const names = await readdir(dirname(path)).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return [];
    throw error;
  });
  return names
    .filter((name) => fits.test(name))
    .sort()
    .map((name) => join(dirname(path), name));
}

export const expand = (path: string): string =>
  path === "~" || path.startsWith("~/") ? join(homedir(), path.slice(1)) : path;

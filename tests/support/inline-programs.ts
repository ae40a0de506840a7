import { spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";

import { root } from "../../tools/toolchain/places.ts";

/** What Pulumi.yaml has Node preload. */
export const leanSdk = pathToFileURL(path.join(root, "stacks/lean-sdk.mjs")).href;

const hosts = new Map<string, Promise<string>>();

/**
 * What makes Pulumi commands run their programs in one process, which lives as long as the tests' own.
 *
 * @param environment of the programs, besides what is inherited; each has a process of its own
 */
export async function inlinePrograms(environment: Record<string, string> = {}): Promise<Record<string, string>> {
  const key = JSON.stringify(environment);
  const host = hosts.get(key) ?? startHost(key, environment);
  hosts.set(key, host);
  return { PULUMI_DEBUG_LANGUAGES: `nodejs:${await host}` };
}

async function startHost(key: string, environment: Record<string, string>): Promise<string> {
  const child = spawn(process.execPath, ["--import", leanSdk, "--import", "tsx", "tests/support/program-host.ts"], {
    cwd: root,
    env: { ...process.env, ...environment },
    stdio: ["pipe", "pipe", "inherit"], // it ends when our end of its input closes
  });
  const ended = once(child, "exit").then(([code]) => {
    throw new Error(`The host of the tests' programs ended with ${code}`);
  });
  ended.catch(() => hosts.delete(key)); // later projects get another
  const [port] = await Promise.race([once(createInterface(child.stdout), "line"), ended]);
  return port as string;
}

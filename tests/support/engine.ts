import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

import { pulumiHome } from "../../tools/toolchain/places.ts";

/** A folder for PULUMI_HOME, with the plugins and programs of the usual one. */
export function engineHome(folder: string): string {
  mkdirSync(folder, { recursive: true });
  for (const part of ["plugins", "versions"]) {
    mkdirSync(path.join(pulumiHome(), part), { recursive: true });
    symlinkSync(path.join(pulumiHome(), part), path.join(folder, part));
  }
  return folder;
}

/** A home without the compressed log of each command, which takes the engine half of its time on two hundred resources. */
export function homeWithoutLogs(): string {
  const home = engineHome(mkdtempSync(path.join(tmpdir(), "groundwork-pulumi-home-")));
  process.once("exit", () => rmSync(home, { recursive: true, force: true, maxRetries: 3 }));
  writeFileSync(path.join(home, "logs"), ""); // where its folder of logs would be
  return home;
}

/** The engine collects garbage more often than its short life asks for. */
export const leanEngine = { GOGC: "800" };

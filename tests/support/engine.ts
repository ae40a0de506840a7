import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

import { pulumiHome } from "../../tools/toolchain/places.ts";

/** A folder for PULUMI_HOME, with the plugins and programs of the usual one. */
export function engineHome(folder: string): string {
  mkdirSync(folder, { recursive: true });
  for (const part of ["plugins", "versions"]) symlinkSync(path.join(pulumiHome(), part), path.join(folder, part));
  return folder;
}

/**
 * What makes the engine of the tests' commands spend less: by itself it writes a compressed log of each command, half of
 * its time on two hundred resources, which `pulumi logs` shows and no test reads; and it collects garbage more often
 * than a short life asks for.
 */
export function leanEngine(): Record<string, string> {
  const home = engineHome(mkdtempSync(path.join(tmpdir(), "groundwork-pulumi-home-")));
  process.once("exit", () => rmSync(home, { recursive: true }));
  writeFileSync(path.join(home, "logs"), ""); // where its folder of logs would be
  return { PULUMI_HOME: home, GOGC: "800" };
}

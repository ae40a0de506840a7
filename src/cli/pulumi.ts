// The CLI that the project stands on, whatever is on PATH.
import { existsSync } from "node:fs";
import { execa } from "execa";

import { cliPath, root } from "../../tools/toolchain/places.ts";

function cli(): string {
  if (existsSync(cliPath())) return cliPath();
  throw new Error(`there is no Pulumi CLI at ${cliPath()}: npx groundwork setup`);
}

/** @throws Error where it fails */
export const pulumi = (...argv: string[]) => execa(cli(), [...argv, "--non-interactive"], { cwd: root });

/** The same with the user watching, who may be asked. @returns the exit code */
export async function watchPulumi(...argv: string[]): Promise<number> {
  const { exitCode } = await execa(cli(), argv, { cwd: root, stdio: "inherit", reject: false });
  return exitCode ?? 1;
}

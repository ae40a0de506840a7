import type { Answer } from "./host.ts";

/** Text line by line; empty ones say nothing. */
export const linesIn = (said: Buffer | string): string[] => said.toString().split("\n").filter(Boolean);

/** The lines of an answer. @throws Error with what a failed command said */
export function answered({ exitCode, stdout, stderr }: Answer, doing: string): string[] {
  if (exitCode !== 0) throw new Error(`${doing}: ${stderr.trim()}`);
  return linesIn(stdout);
}

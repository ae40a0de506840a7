import type { Answer, Command, Host } from "./host.ts";

/** Text line by line; empty ones say nothing. */
export const linesIn = (said: Buffer | string): string[] => said.toString().split("\n").filter(Boolean);

/** Whether an answer has a line of it, by key. @throws Error as `answered` */
export function listed(answer: Answer, keys: readonly string[], doing: string): Map<string, boolean> {
  const lines = new Set(answered(answer, doing));
  return new Map(keys.map((key) => [key, lines.has(key)]));
}

/** The lines of an answer. @throws Error with what a failed command said */
export function answered({ exitCode, stdout, stderr }: Answer, doing: string): string[] {
  if (exitCode !== 0) throw new Error(`${doing}: ${stderr.trim()}`);
  return linesIn(stdout);
}

/** The lines that a command answers. */
export async function linesOf(host: Host, command: Command): Promise<string[]> {
  const { stdout } = await host.ask(command);
  return linesIn(stdout);
}

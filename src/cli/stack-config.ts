import { execa } from "execa";

export type Config = Readonly<Record<string, unknown>>;

export const pulumi = (argv: readonly string[]) => execa("pulumi", ["--non-interactive", ...argv]);

/** Values of the namespace `groundwork`; secrets are left out unless asked for. */
export async function configOf(stack: string, { secrets = false } = {}): Promise<Config> {
  const { stdout } = await pulumi(["config", "--json", "--stack", stack, ...(secrets ? ["--show-secrets"] : [])]);
  const entries = Object.entries(JSON.parse(stdout) as Record<string, { value?: string; objectValue?: unknown }>);
  return Object.fromEntries(
    entries
      .filter(([key]) => key.startsWith("groundwork:"))
      .map(([key, { objectValue, value }]) => [key.slice("groundwork:".length), objectValue ?? value]),
  );
}

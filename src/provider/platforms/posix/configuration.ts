// Several files as one: commands of the helper's library.
import type { Command } from "../../host.ts";
import { frame, type Writing } from "./safe-write.ts";

export interface Transaction {
  readonly name: string;
  /** All files that the configuration then has. */
  readonly paths: readonly string[];
  /** Those of them that differ. */
  readonly write: readonly Writing[];
  readonly drop: readonly string[];
  /** Tree that `validate` sees as it would become. */
  readonly root?: string | undefined;
  readonly validate?: readonly string[] | undefined;
  readonly activate: Command | undefined;
  readonly steady: Command | undefined;
  readonly healthy?: readonly string[] | undefined;
  readonly healthyTimeoutSec: number;
}

/** Exists while a transaction is under way, or after it ended half-way. */
export const unfinished = (name: string): string => `/var/lib/groundwork/unfinished/${name}`;

export function applyConfiguration(wanted: Transaction): Command {
  const { name, root = "", validate, activate, healthy, healthyTimeoutSec, steady, drop, paths, write } = wanted;
  const commands = [words(validate), words(activate?.argv), words(healthy)];
  const list = `${[paths.length, ...paths].join("\n")}\n`;
  return {
    argv: [
      "gw_configuration_apply",
      name,
      root,
      ...commands,
      String(Math.ceil(healthyTimeoutSec)),
      words(steady?.argv) || "true",
      ...drop,
    ],
    stdin: Buffer.concat([Buffer.from(list), ...write.map(frame)]),
    long: true,
  };
}

export const adoptConfiguration = (name: string, paths: readonly string[]): Command => ({
  argv: ["gw_configuration_adopt", name, ...paths],
});

export const removeConfiguration = (name: string, paths: readonly string[]): Command => ({
  argv: ["gw_configuration_remove", name, ...paths],
});

/** A command that the helper runs in the middle of a transaction travels as one argument. */
const words = (argv: readonly string[] = []): string =>
  argv.map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(" ");

// How a node of DDC is asked: text of templates/ddc/dumps' `commands`.
import type { DdcDumpsConfig } from "../../schemas/macminis/ddc.ts";

/** What the job knows by itself: variables of its own. */
const variable = /(\{(?:name|file)\})/;

/** As a POSIX shell takes it literally. */
const literal = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

/** One word of a command: literal, but for `{name}` and `{file}`, which are known when it runs. */
export function word(text: string, known: Readonly<Record<string, string>>): string {
  const filled = text.replace(/\{(\w+)\}/g, (all, name: string) => known[name] ?? all);
  const parts = filled.split(variable).filter(Boolean);
  return parts.map((part) => (variable.test(part) ? `"$${part.slice(1, -1)}"` : literal(part))).join("") || "''";
}

export interface Commands {
  /** Variables that the job takes: SEAL, KEY, ... */
  readonly settings: Readonly<Record<string, string>>;
  /** Variables that the node's client takes. */
  readonly environment: Readonly<Record<string, string>>;
  readonly commands: Pick<DdcDumpsConfig, "store" | "fetch" | "list" | "remove">;
  /** Where the node listens. */
  readonly address: string;
  readonly port: number;
}

export function commandsText({ settings, environment, commands, address, port }: Commands): string {
  const known = { address, port: String(port) };
  const { store, fetch, list, remove } = commands;
  const lines = [
    ...Object.entries(settings).map(([name, value]) => `${name}=${literal(value)}`),
    ...Object.entries(environment).map(([name, value]) => `export ${name}=${literal(value)}`),
    ...Object.entries({ store, fetch, list, remove }).map(
      ([name, words]) => `${name}() { ${words.map((one) => word(one, known)).join(" ")}; }`,
    ),
  ];
  return `${lines.join("\n")}\n`;
}

// What a machine is and has: lines of the helper's `gw_machine`, each a word and what it says.
import type { Answer, Fact } from "../../host.ts";
import { linesIn } from "../../lines.ts";
import type { MachineFacts } from "../platform.ts";

export const machine: Fact<MachineFacts> = {
  name: "machine",
  command: (paths) => ({ argv: ["gw_machine", ...paths] }),
  parse,
};

function parse({ exitCode, stdout, stderr }: Answer, paths: readonly string[]): Map<string, MachineFacts> {
  const lines = linesIn(stdout);
  if (exitCode !== 0) throw new Error(`asking what the machine is: ${stderr.trim()}`);
  const said = (key: string): string | undefined =>
    lines
      .find((line) => line.startsWith(`${key} `))
      ?.slice(key.length + 1)
      .trim() || undefined;
  const needed = (key: string): string => {
    const value = said(key);
    if (value === undefined) throw new Error(`the machine does not tell its ${key}: ${stderr.trim() || "no answer"}`);
    return value;
  };
  const facts: Omit<MachineFacts, "freeBytes"> = {
    systemVersion: said("system") ?? "unnumbered", // testing and unstable of Debian have none yet
    chip: said("chip"),
    architecture: needed("architecture"),
    memoryBytes: number("memory", needed("memory")),
    serialNumber: serialOf(said("serial")),
    fileVault: yes(said("fileVault")),
    packageManager: packageManagerOf(said("packages")),
    commandLineTools: yes(said("commandLineTools")),
    fullDiskAccess: yes(said("fullDiskAccess")),
  };
  const free = new Map(
    lines.flatMap((line) => {
      const [, kibibytes, path] = /^free (\d+) (.*)$/.exec(line) ?? [];
      return path === undefined ? [] : [[path, Number(kibibytes) * 1024] as const];
    }),
  );
  return new Map(
    paths.map((path) => {
      const freeBytes = free.get(path);
      if (freeBytes === undefined) throw new Error(`the free space at ${path} is not known: ${stderr.trim()}`);
      return [path, { ...facts, freeBytes }];
    }),
  );
}

function number(key: string, text: string): number {
  if (!/^\d+$/.test(text)) throw new Error(`the machine says ${JSON.stringify(text)} of its ${key}`);
  return Number(text);
}

const yes = (text: string | undefined): boolean | undefined => (text === undefined ? undefined : text === "yes");

/** What makers of boards write where they wrote nothing. */
const serialOf = (text: string | undefined): string | undefined =>
  text === undefined || /^(not specified|to be filled|default string|none$|0+$)/i.test(text) ? undefined : text;

function packageManagerOf(text: string | undefined): MachineFacts["packageManager"] {
  const [, owner, prefix] = /^(\S+) (\/.*)$/.exec(text ?? "") ?? [];
  return owner && prefix ? { owner, prefix } : undefined;
}

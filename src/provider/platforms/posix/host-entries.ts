// Names that /etc/hosts resolves, see hosts(5).
import type { Command, Fact } from "../../host.ts";

export interface HostLine {
  readonly address: string;
  readonly names: readonly string[];
  /** Whether groundwork wrote it. */
  readonly ours: boolean;
}

const mark = "# groundwork";

/** All lines that name something, with any key. */
export const hostLines: Fact<readonly HostLine[]> = {
  name: "host-lines",
  command: () => ({ argv: ["cat", "/etc/hosts"] }),
  parse({ exitCode, stdout, stderr }, keys) {
    if (exitCode !== 0) throw new Error(`reading /etc/hosts: ${stderr.trim()}`);
    const lines = stdout.toString("utf8").split("\n").flatMap(parseLine);
    return new Map(keys.map((key) => [key, lines]));
  },
};

function parseLine(line: string): HostLine[] {
  const [address, ...names] = line.replace(/#.*/, "").trim().split(/\s+/);
  return address && names.length > 0 ? [{ address, names, ours: line.endsWith(mark) }] : [];
}

/** Replaces our lines; none removes them. */
export const putHostLines = (entries: Readonly<Record<string, string>>): Command => ({
  argv: ["gw_hosts_put"],
  stdin: Object.entries(entries)
    .map(([name, address]) => `${address} ${name} ${mark}\n`)
    .join(""),
});

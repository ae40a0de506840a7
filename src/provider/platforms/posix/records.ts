// What groundwork notes on a host of its own doing: /var/lib/groundwork/KIND/NAME.
import type { Records } from "../platform.ts";

export const records: Records = {
  of: (kind) => ({
    name: `records-${kind}`,
    manifest: true,
    command: (names) => ({ argv: ["gw_record_list", kind, ...names] }),
    parse({ exitCode, stdout, stderr }) {
      if (exitCode !== 0) throw new Error(`reading /var/lib/groundwork/${kind}: ${stderr.trim()}`);
      return new Map(stdout.toString("utf8").trimEnd().split("\n").map(parseLine));
    },
  }),
  names: (kind) => ({ argv: ["gw_record_names", kind] }),
  write: (kind, name, text) => ({ argv: ["gw_record_write", kind, name], stdin: text }),
  remove: (kind, name) => ({ argv: ["gw_record_remove", kind, name] }),
};

function parseLine(line: string): [string, string | undefined] {
  const [name, content] = line.split(" :", 2) as [string, string?];
  return [name, content === undefined ? undefined : Buffer.from(content, "base64").toString("utf8")];
}

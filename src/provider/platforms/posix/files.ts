// What stands at paths: type, attributes, digest; content only where it must be shown.
import type { Answer, Fact } from "../../host.ts";
import { linesIn } from "../../lines.ts";

export interface Entry {
  readonly type: "file" | "directory" | "link" | "other";
  /** Four octal digits. */
  readonly mode: string;
  readonly owner: string;
  readonly group: string;
  readonly uid: string;
  readonly gid: string;
  /** Bytes. */
  readonly size: number;
  /** When its content was last written, by the host's clock: ISO 8601 in UTC, in seconds. */
  readonly modified: string;
  /** Of regular files, hexadecimal. */
  readonly sha256?: string;
  /** Of links. */
  readonly target?: string;
}

/** Bytes of a file up to which its text is shown in a difference. */
const SHOWN = 64 * 1024;

/** By the file type bits of st_mode, inode(7). */
const types = new Map<number, Entry["type"]>([
  [0o100000, "file"],
  [0o040000, "directory"],
  [0o120000, "link"],
]);

/** Entries by absolute path; `undefined` where nothing is. */
export const files: Fact<Entry | undefined> = {
  name: "files",
  manifest: true,
  // The manifest is never believed: what is no path asks nothing.
  command: (paths) => ({ argv: ["gw_files"], stdin: lines(paths.filter((path) => path.startsWith("/"))) }),
  parse: (answer, paths) => {
    const [listing, digests, targets] = parts(answer);
    const sums = new Map(digests.map((record) => [record.slice(66), record.slice(0, 64)]));
    const links = new Map<string, string>();
    for (let at = 0; at + 1 < targets.length; at += 2) links.set(targets[at + 1] ?? "", targets[at] ?? "");
    const entries = new Map(listing.map((line) => entry(line, sums, links)));

    const asked = paths.filter((path) => path.startsWith("/"));
    const absent = toldAbsent(
      answer.stderr,
      asked.filter((path) => !entries.has(path)),
    );
    const known = paths.filter((path) => entries.get(path) || absent.has(path) || !path.startsWith("/"));
    return new Map(known.map((path) => [path, entries.get(path)]));
  },
};

/** Bytes of regular files of at most 64 KiB; `undefined` for anything else. */
export const contents: Fact<Buffer | undefined> = {
  name: "contents",
  command: (paths) => ({ argv: ["gw_contents", String(SHOWN)], stdin: lines(paths) }),
  parse: ({ exitCode, stdout, stderr }, paths) => {
    const answers = stdout.toString("latin1").split("\n").slice(0, -1);
    if (exitCode !== 0 || stderr !== "" || answers.length !== paths.length) {
      throw new Error(
        `contents of files cannot be read: ${stderr.trim() || `${answers.length} answers for ${paths.length}`}`,
      );
    }
    const decode = (line = "-") => (line === "-" ? undefined : Buffer.from(line, "base64"));
    return new Map(paths.map((path, index) => [path, decode(answers[index])]));
  },
};

const lines = (paths: readonly string[]): string => paths.map((path) => `${path}\n`).join("");

function parts({ stdout, stderr }: Answer): [string[], string[], string[]] {
  const text = stdout.toString("utf8");
  const first = text.indexOf("\0");
  const records = text.slice(first + 1).split("\0");
  const second = records.indexOf("");
  if (first < 0 || second < 0) throw new Error(`files cannot be read, the answer is cut short: ${stderr.trim()}`);
  return [text.slice(0, first).split("\n").filter(Boolean), records.slice(0, second), records.slice(second + 1)];
}

/** `undefined`: it could not be read whole, since it changed at this moment, or its disk fails. */
function entry(line: string, sums: Map<string, string>, links: Map<string, string>): [string, Entry | undefined] {
  const [raw = "", uid = "", gid = "", user = "", group = "", size = "", mtime = "", ...rest] = line.split(":");
  const path = rest.join(":");
  const bits = Number.parseInt(raw, 16);
  if (!path || Number.isNaN(bits) || !/^-?\d+$/.test(mtime))
    throw new Error(`files: cannot make sense of ${JSON.stringify(line)}`);
  const type = types.get(bits & 0o170000) ?? "other";
  const [sha256, target] = [sums.get(path), links.get(path)];
  if ((type === "file" && sha256 === undefined) || (type === "link" && target === undefined)) return [path, undefined];
  const found: Entry = {
    type,
    mode: (bits & 0o7777).toString(8).padStart(4, "0"),
    owner: nameless(user, uid) ? uid : user,
    group: nameless(group, gid) ? gid : group,
    uid,
    gid,
    size: Number(size),
    modified: utc(Number(mtime)),
    ...(type === "file" && { sha256 }),
    ...(type === "link" && { target }),
  };
  return [path, found];
}

const utc = (seconds: number): string => new Date(seconds * 1000).toISOString().replace(".000Z", "Z");

/** What GNU and macOS call an account without a name. */
const nameless = (name: string, id: string): boolean => name === "UNKNOWN" || name === `(${id})`;

/** Missing is only what the machine itself says is missing, a line each as they were asked for: anything else is unknown. */
function toldAbsent(stderr: string, missing: readonly string[]): Set<string> {
  const said = linesIn(stderr).filter((line) => line.startsWith("stat: "));
  if (said.length !== missing.length) return new Set();
  return new Set(missing.filter((_, at) => /: (No such file or directory|Not a directory)$/.test(said[at] ?? "")));
}

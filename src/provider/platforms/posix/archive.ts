// Unpacking: commands of the helper's library, and the stamp they leave in the directory.
import { basename } from "node:path";

import type { Command, Fact } from "../../host.ts";
import { linesIn } from "../../lines.ts";

export interface Unpacking {
  readonly path: string;
  readonly sha256: string;
  readonly stripComponents: number;
  readonly owner: string;
  readonly group: string;
}

/** What is unpacked, or, as it is, a program. */
export interface Given extends Unpacking {
  readonly unpack: boolean;
}

/** Exit code of `unpack` from a URL where the host has no program that downloads. */
export const NO_DOWNLOADER = 69;

/** Unpacked archives by their directories. */
export interface Unpacked extends Omit<Unpacking, "path"> {
  /** By the host's clock: ISO 8601 in UTC. */
  readonly unpacked: string;
  /** Paths of the archive that were changed or removed since, relative to the directory. */
  readonly edits: readonly string[];
}

/** Unpacked archives by their directories; `undefined` where none of ours is. */
export const archives: Fact<Unpacked | undefined> = {
  name: "archives",
  manifest: true,
  command: (paths) => ({ argv: ["gw_archives"], stdin: paths.map((path) => `${path}\n`).join("") }),
  parse: ({ exitCode, stdout, stderr }, paths) => {
    const answers = stdout.toString("latin1").split("\n").slice(0, -1);
    if (exitCode !== 0 || stderr !== "" || answers.length !== paths.length) {
      const said = stderr.trim() || `${answers.length} answers for ${paths.length}`;
      throw new Error(`unpacked archives cannot be read: ${said}`);
    }
    return new Map(paths.map((path, index) => [path, unpacked(answers[index] ?? "-")]));
  },
};

function unpacked(answer: string): Unpacked | undefined {
  if (answer === "-") return undefined;
  const [stamp = "", edits = ""] = answer.split(" ").map((part) => Buffer.from(part, "base64").toString("utf8"));
  return { ...parsed(stamp), edits: linesIn(edits) };
}

/** As `gw_archive_stamp` writes it; once it did not say when. */
function parsed(stamp: string): Omit<Unpacked, "edits"> {
  const pattern = /^sha256 (\S+)\nstripComponents (\d+)\nowner (\S+)\ngroup (\S+)\n(?:unpacked (\S+)\n)?$/;
  const said = pattern.exec(stamp);
  if (!said) throw new Error(`the stamp of an archive is not understood: ${JSON.stringify(stamp.slice(0, 200))}`);
  const [, sha256 = "", strip, owner = "", group = "", unpacked = "unknown"] = said;
  return { sha256, stripComponents: Number(strip), owner, group, unpacked };
}

/** From a URL that the host downloads, or from the archive itself. */
export function unpack(name: string, from: URL | Uint8Array, wanted: Given): Command {
  const { path, sha256, stripComponents, owner, group } = wanted;
  const stdin =
    from instanceof URL ? `url ${from.href}\n` : Buffer.concat([Buffer.from(`bytes ${from.length}\n`), from]);
  return {
    argv: [
      "gw_archive_unpack",
      sha256,
      wanted.unpack ? formatOf(name) : `program:${basename(name)}`,
      String(stripComponents),
      owner,
      group,
      path,
    ],
    stdin,
    checksInput: true,
    long: true,
  };
}

export const removeArchive = (path: string): Command => ({ argv: ["gw_archive_remove", path] });

function formatOf(name: string): string {
  if (name.endsWith(".tgz")) return "tar.gz";
  const format = ["tar.gz", "tar.xz", "tar.zst", "zip"].find((suffix) => name.endsWith(`.${suffix}`));
  if (!format) throw new Error(`${name} does not say how it is packed`);
  return format;
}

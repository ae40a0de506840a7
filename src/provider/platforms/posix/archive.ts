// Unpacking: commands of the helper's library, and the stamp they leave in the directory.
import type { Command } from "../../host.ts";

export interface Unpacking {
  readonly path: string;
  readonly sha256: string;
  readonly stripComponents: number;
  readonly owner: string;
  readonly group: string;
}

/** Exit code of `unpack` from a URL where the host has no program that downloads. */
export const NO_DOWNLOADER = 69;

export const stampOf = (path: string): string => `${path}/.groundwork-archive`;

/** Text of the stamp, as `gw_unpack` writes it. */
export const stamp = ({ sha256, stripComponents, owner, group }: Unpacking): string =>
  `sha256 ${sha256}\nstripComponents ${stripComponents}\nowner ${owner}\ngroup ${group}\n`;

export function parseStamp(text: string): Omit<Unpacking, "path"> {
  const said = /^sha256 (\S+)\nstripComponents (\d+)\nowner (\S+)\ngroup (\S+)\n$/.exec(text);
  if (!said) throw new Error(`the stamp of an archive is not understood: ${JSON.stringify(text.slice(0, 200))}`);
  const [, sha256 = "", strip, owner = "", group = ""] = said;
  return { sha256, stripComponents: Number(strip), owner, group };
}

/** From a URL that the host downloads, or from the archive itself. */
export function unpack(name: string, from: URL | Uint8Array, wanted: Unpacking): Command {
  const { path, sha256, stripComponents, owner, group } = wanted;
  const stdin =
    from instanceof URL ? `url ${from.href}\n` : Buffer.concat([Buffer.from(`bytes ${from.length}\n`), from]);
  return {
    argv: ["gw_archive_unpack", sha256, formatOf(name), String(stripComponents), owner, group, path],
    stdin,
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

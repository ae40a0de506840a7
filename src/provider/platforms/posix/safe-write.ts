// Writing to paths: commands of the helper's library.
import type { Command } from "../../host.ts";
import { sha256 } from "../../sha256.ts";
import type { Entry } from "./files.ts";

export interface Writing {
  readonly path: string;
  /** @default what stands there */
  readonly content: string | Uint8Array | undefined;
  readonly mode: string;
  readonly owner: string;
  readonly group: string;
  /** What stood there when it was read: anything else is not overwritten. */
  readonly over: Pick<Entry, "type" | "sha256" | "target"> | undefined;
}

/** Header and content, as `gw_receive` reads them. The digest of a secret is one too: never an argument. */
export function frame({ path, content, mode, owner, group, over }: Writing): Buffer {
  const bytes = typeof content === "string" ? Buffer.from(content) : (content ?? Buffer.alloc(0));
  const size = content === undefined ? "kept" : bytes.length;
  const digest = content === undefined ? over?.sha256 : sha256(bytes);
  const header = [size, digest, mode, owner, group, stands(over), path].join(" ");
  return Buffer.concat([Buffer.from(`${header}\n`), bytes]);
}

/** What stands at a path, in the word of `gw_look`. */
export function stands(entry: Writing["over"]): string {
  if (!entry) return "-";
  if (entry.type === "file") return `f:${entry.sha256}`;
  if (entry.type === "link") return `l:${sha256(entry.target ?? "")}`;
  return entry.type === "directory" ? "d" : "o";
}

export const writeFile = (writing: Writing): Command => ({
  argv: ["gw_file_write"],
  stdin: frame(writing),
  checksInput: true,
});

/** Gives way to what stood there before us. */
export const removeFile = (path: string): Command => ({ argv: ["gw_file_remove", path] });

/** Keeps, once, a copy of what stands at a path that we take over as it is. */
export const adopt = (path: string): Command => ({ argv: ["gw_adopt", path] });

/** Before paths are taken over that nobody recorded: what we kept of them once is of no use where somebody wrote them since. */
export const found = (paths: readonly string[]): Command => ({ argv: ["gw_found", ...paths] });

interface Attributes {
  readonly mode: string;
  readonly owner: string;
  readonly group: string;
}

/** @param found it was there before us: what it was like is kept, for `giveBackDirectory` */
export const makeDirectory = (path: string, { mode, owner, group }: Attributes, found = false): Command => ({
  argv: [found ? "gw_directory_take" : "gw_directory_make", mode, owner, group, path],
});

export const giveBackDirectory = (path: string): Command => ({ argv: ["gw_directory_give_back", path] });

export const removeDirectory = (path: string, all: boolean): Command => ({
  argv: ["gw_directory_remove", path, all ? "all" : "empty"],
});

export const makeLink = (path: string, target: string, over: Writing["over"]): Command => ({
  argv: ["gw_link_make", target, stands(over), path],
});

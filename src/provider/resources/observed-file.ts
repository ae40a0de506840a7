// A path as resources that hold files see it.
import type { Host } from "../host.ts";
import { contents, type Entry, files } from "../platforms/posix/files.ts";
import { sha256 } from "../platforms/posix/safe-write.ts";

interface Wanted {
  readonly content?: string | Uint8Array | undefined;
  readonly owner?: string | undefined;
  readonly group?: string | undefined;
}

export interface ObservedFile {
  /** What is wanted where the digest confirms it; else the live text, or in brackets what stands there. */
  readonly content: unknown;
  readonly mode: string;
  readonly owner: string;
  readonly group: string;
}

/** What stands at a path, in the spelling of the inputs; only content that differs is transferred. */
export async function observedFile(host: Host, path: string, wanted: Wanted): Promise<ObservedFile | undefined> {
  const entry = await host.read(files, path);
  if (!entry) return undefined;
  return { content: await content(host, path, entry, wanted.content), ...attributes(entry, wanted) };
}

/** By name; by number where that is how it is wanted. */
export const attributes = (entry: Entry, { owner, group }: Wanted) => ({
  mode: entry.mode,
  owner: owner === entry.uid ? owner : entry.owner,
  group: group !== undefined && names(group, entry) ? group : entry.group,
});

/** By number, or as root also where group 0 is called wheel (macOS). */
const names = (group: string, entry: Entry): boolean =>
  group === entry.gid || (group === "root" && entry.gid === "0" && entry.group === "wheel");

async function content(host: Host, path: string, entry: Entry, wanted: Wanted["content"]): Promise<unknown> {
  if (wanted !== undefined && entry.sha256 === sha256(wanted)) return wanted;
  const bytes = entry.type === "file" ? await host.read(contents, path) : undefined;
  const seen = (bytes && text(bytes)) ?? inBrackets(entry);
  // Between two questions the file may have become what is wanted; the digest has the word.
  return seen === wanted ? undefined : seen;
}

function text(bytes: Uint8Array): string | undefined {
  const decoded = Buffer.from(bytes).toString("utf8");
  return Buffer.from(decoded).equals(bytes) && !decoded.includes("\0") ? decoded : undefined;
}

/** What cannot be shown as text. */
export function inBrackets({ type, size, sha256, target }: Entry): string {
  if (type === "file") return `(${size} bytes, sha256 ${sha256})`;
  if (type === "link") return `(a link to ${target})`;
  return type === "directory" ? "(a directory)" : "(neither file, directory nor link)";
}

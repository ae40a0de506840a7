// A path as resources that hold files see it.
import { HostError } from "../errors.ts";
import type { Host } from "../host.ts";
import { contents, type Entry, files } from "../platforms/posix/files.ts";
import { sha256 } from "../sha256.ts";

interface Wanted {
  readonly content?: string | undefined;
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

/** As a program can declare it. Anything else is refused: its description would be written over it. @param advice what to do */
export async function importedFile(host: Host, path: string, advice: string): Promise<ObservedFile | undefined> {
  const entry = await host.read(files, path);
  if (!entry) return undefined;
  refuseOther(host, path, entry, "file");
  const observed = await observedFile(host, path, {});
  if (observed?.content !== inBrackets(entry)) return observed;
  const holds = `holds no text, or more than 64 KiB of it ${inBrackets(entry)}`;
  throw new HostError(host.name, `${path} ${holds}, and is not imported: ${advice}`);
}

const importedAs = { file: "File", directory: "Directory", link: "Link" } as const;

/** In an import, where something of another kind stands: it would be replaced by what describes it. */
export function refuseOther(host: Host, path: string, entry: Entry, wanted: keyof typeof importedAs): void {
  if (entry.type === wanted) return;
  const advice =
    entry.type === "other" ? "no resource holds that" : `import it as a ${importedAs[entry.type]}, or correct the path`;
  const found = entry.type === "file" ? "a file" : inBrackets(entry).slice(1, -1);
  throw new HostError(host.name, `${path} is ${found}, no ${wanted}: ${advice}`);
}

/** By name; by number where that is how it is wanted. */
export const attributes = (entry: Entry, { owner, group = "root" }: Wanted) => ({
  mode: entry.mode,
  owner: owner === entry.uid ? owner : entry.owner,
  group: names(group, entry) ? group : entry.group,
});

/** By number, or as root also where group 0 is called wheel (macOS). */
const names = (group: string, entry: Entry): boolean =>
  group === entry.gid || (group === "root" && entry.gid === "0" && entry.group === "wheel");

async function content(host: Host, path: string, entry: Entry, wanted: Wanted["content"]): Promise<unknown> {
  if (wanted !== undefined && (entry.sha256 === sha256(wanted) || isLeft(entry, wanted))) return wanted;
  const bytes = entry.type === "file" ? await host.read(contents, path) : undefined;
  const seen = (bytes && text(bytes)) ?? inBrackets(entry);
  // Between two questions the file may have become what is wanted; the digest has the word.
  return seen === wanted ? inBrackets(entry) : seen;
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

const description = /^\((\d+ bytes, sha256 [0-9a-f]{64}|a link to .+|a directory|neither file, directory nor link)\)$/s;

/** Under `ignoreChanges` what was read comes back as what is wanted: a file so described is to stay as it is. */
export const isLeft = (entry: Entry | undefined, wanted: unknown): boolean =>
  entry?.type === "file" && wanted === inBrackets(entry);

/** The description of anything else is nothing to write. */
export function refuseDescription(host: Host, path: string, wanted: unknown): void {
  if (typeof wanted !== "string" || !description.test(wanted)) return;
  const why = `should hold ${wanted}, which only describes what was read there, as with \`ignoreChanges\``;
  throw new HostError(host.name, `${path} ${why}: nothing was written; run again, or declare what it should hold`);
}

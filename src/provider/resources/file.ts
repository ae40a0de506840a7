import { fileSchema } from "../../schemas/file.ts";
import type { Desired } from "../../schemas/resource-schema.ts";
import { HostError } from "../errors.ts";
import type { Host } from "../host.ts";
import { contents, type Entry, files } from "../platforms/posix/files.ts";
import { carryOut } from "../platforms/posix/outcome.ts";
import { keep, removeFile, setAttributes, writeFile } from "../platforms/posix/safe-write.ts";
import { defineResource } from "../resource.ts";
import { sha256 } from "../sha256.ts";
import { same, type Values } from "../values.ts";
import { attributes, importedFile, observedFile } from "./observed-file.ts";
import { pathTurns } from "./path-turns.ts";
import { readSource } from "./source.ts";

const declareSource =
  "declare the File with `source`, the path of a copy on the machine that runs Pulumi; `up` adopts an equal file unchanged";

/** Holds one regular file: what it says, who may read it, whose it is. */
export default defineResource(fileSchema, {
  name: ({ path }) => path,
  holds: ({ path }) => [path],
  identify: (name) => ({ path: name }),

  async observe(host, desired, recorded) {
    const { path, source } = desired;
    const wanted = await wantedContent(host, desired);
    const observed =
      wanted === undefined
        ? await importedFile(host, path, declareSource)
        : await observedFile(host, path, { ...desired, content: wanted });
    const entry = await host.read(files, path);
    if (!observed || !entry) return undefined;

    const { content, ...rest } = observed;
    const held = source === undefined ? { content } : { source: content === wanted ? source : content };
    return { host: host.name, path, ...held, ...rest, sha256: entry.sha256, modified: changedAt(entry, recorded) };
  },

  shipped: (host, _, { path }) => host.read(host.platform.packages.shipped, String(path)),

  async reconcile(host, desired, _, recorded) {
    await host.shared(pathTurns).take([desired.path], () => settle(host, desired, recorded));
    host.remember(files, desired.path);
  },

  async remove(host, { path }) {
    await carryOut(host, removeFile(path));
    host.forget(files, path);
  },
});

async function settle(host: Host, desired: Desired<typeof fileSchema>, recorded: Values | undefined): Promise<void> {
  const { path, mode, owner, group } = desired;
  const entry = await host.read(files, path);
  const digest = recorded?.["sha256"];
  // The helper compares with what the preview saw, where that is known.
  const over = entry?.type === "file" && typeof digest === "string" ? { ...entry, sha256: digest } : entry;
  // A directory that gives way takes other paths with it.
  const spared = entry?.type === "directory" ? undefined : { facts: [files, contents], key: path };
  const content = await wantedContent(host, desired);
  if (content === undefined) throw new HostError(host.name, `${path}: neither content nor source is given`);

  if (entry?.sha256 !== sha256(content)) {
    await carryOut(host, writeFile({ path, content, mode, owner, group, over }), { spared });
  } else if (!same(attributes(entry, desired), { mode, owner, group })) {
    await carryOut(host, setAttributes(path, { mode, owner, group }), { spared });
  } else {
    await carryOut(host, keep(path), { spared }); // was there before us, and as desired
  }
}

/** As it was seen before where the content still is the same: what was only touched need not be read anew by anybody. */
function changedAt({ sha256, modified }: Entry, recorded: Values | undefined): string {
  const before = recorded?.["modified"];
  return typeof before === "string" && recorded?.["sha256"] === sha256 ? before : modified;
}

/** `undefined` in an import, where nothing is wanted yet. */
async function wantedContent(
  host: Host,
  { path, content, source }: Desired<typeof fileSchema>,
): Promise<string | Uint8Array | undefined> {
  return source === undefined ? content : readSource(host, path, source);
}

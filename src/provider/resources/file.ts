import { fileSchema } from "../../schemas/file.ts";
import type { Desired } from "../../schemas/resource-schema.ts";
import { HostError } from "../errors.ts";
import type { Host } from "../host.ts";
import { contents, type Entry, files } from "../platforms/posix/files.ts";
import { carryOut } from "../platforms/posix/outcome.ts";
import { adopt, found, removeFile, writeFile } from "../platforms/posix/safe-write.ts";
import { defineResource } from "../resource.ts";
import { sha256 } from "../sha256.ts";
import { pick, same, type Values } from "../values.ts";
import { attributes, importedFile, inBrackets, observedFile, refuseDescription } from "./observed-file.ts";
import { pathTurns } from "./path-turns.ts";
import { digestOf, readSource } from "./source.ts";

const declareSource =
  "declare the File with `source`, the path of a copy on the machine that runs Pulumi; `up` adopts an equal file unchanged";

/** Holds one regular file: what it says, who may read it, whose it is. */
export default defineResource(fileSchema, {
  name: ({ path }) => path,
  holds: ({ path }) => [path],
  identify: (name) => ({ path: name }),

  async observe(host, desired, recorded) {
    const { path, content, source } = desired;
    const copied = source === undefined ? undefined : await copiedDigest(host, path, source, recorded);
    const entry = await host.read(files, path);
    if (!entry) return undefined;

    const told = { host: host.name, path, sha256: entry.sha256, modified: changedAt(entry, recorded) };
    if (source !== undefined) {
      const from = copied !== undefined && copied === entry.sha256 ? source : inBrackets(entry);
      return { ...told, source: from, ...attributes(entry, desired) };
    }
    const importing = content === undefined;
    const seen = await (importing ? importedFile(host, path, declareSource) : observedFile(host, path, desired));
    return { ...told, ...seen };
  },

  shipped: (host, _, { path }) => host.read(host.platform.packages.shipped, String(path)),

  async reconcile(host, desired, observed, recorded) {
    await host.shared(pathTurns).take([desired.path], () => settle(host, desired, observed, recorded));
    host.remember(files, desired.path);
  },

  async remove(host, { path }) {
    await carryOut(host, removeFile(path));
    host.forget(files, path);
  },
});

async function settle(
  host: Host,
  desired: Desired<typeof fileSchema>,
  observed: Values | undefined,
  recorded: Values | undefined,
): Promise<void> {
  const { path, content, source, mode, owner, group } = desired;
  const entry = await host.read(files, path);
  const digest = recorded?.["sha256"];
  // The helper compares with what the preview saw, where that is known.
  const over = entry?.type === "file" && typeof digest === "string" ? { ...entry, sha256: digest } : entry;
  // A directory that gives way takes other paths with it.
  const spared = entry?.type === "directory" ? undefined : { facts: [files, contents], key: path };

  if (entry && !recorded) await carryOut(host, found([path]), { spared });
  const asObserved = entry?.type === "file" && entry.sha256 === observed?.["sha256"];
  if (!asObserved || !same(holding(observed), holding(desired))) {
    refuseDescription(host, path, source ?? content);
    const bytes = source === undefined ? content : await readSource(host, path, source);
    if (bytes === undefined) throw new HostError(host.name, `${path}: neither content nor source is given`);
    await carryOut(host, writeFile({ path, content: bytes, mode, owner, group, over }), { spared });
  } else if (!same(attributes(entry, desired), { mode, owner, group })) {
    await carryOut(host, writeFile({ path, content: undefined, mode, owner, group, over: entry }), { spared });
  } else {
    await carryOut(host, adopt(path), { spared }); // was there before us, and as desired
  }
}

/** As it was seen before where the content still is the same: what was only touched need not be read anew by anybody. */
function changedAt({ sha256, modified }: Entry, recorded: Values | undefined): string {
  const before = recorded?.["modified"];
  return typeof before === "string" && recorded?.["sha256"] === sha256 ? before : modified;
}

const holding = (file: Values | undefined): Values => pick(file ?? {}, ["content", "source"]);

/** What a source holds; one that is gone since counts as what was copied from it. */
async function copiedDigest(host: Host, path: string, source: string, recorded: Values | undefined): Promise<unknown> {
  if (!recorded) return sha256(await readSource(host, path, source)); // nothing was copied yet: it must be there
  const gone = recorded["source"] === source ? recorded["sha256"] : undefined;
  return (await digestOf(host, path, source)) ?? gone;
}

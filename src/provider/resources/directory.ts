import { directorySchema } from "../../schemas/directory.ts";
import type { Host } from "../host.ts";
import { leftAsFound, wasMade } from "../making.ts";
import { type Entry, files } from "../platforms/posix/files.ts";
import { carryOut } from "../platforms/posix/outcome.ts";
import { giveBackDirectory, makeDirectory, removeDirectory } from "../platforms/posix/safe-write.ts";
import { defineResource } from "../resource.ts";
import { attributes, inBrackets, refuseOther } from "./observed-file.ts";

const notes = "directories";

/** What stands there; of a link to a directory that directory. */
async function directoryAt(host: Host, path: string): Promise<Entry | undefined> {
  const entry = await host.read(files, path);
  const led = entry?.type === "link" ? await host.read(files, `${path}/.`) : undefined;
  return led ?? entry;
}

/** Holds a directory and who may use it; never what lies in it. */
export default defineResource(directorySchema, {
  name: ({ path }) => path,
  holds: ({ path }) => [path],
  identify: (name) => ({ path: name }),
  notesOfMaking: notes,

  async observe(host, desired) {
    const { path } = desired;
    const entry = await directoryAt(host, path);
    if (!entry) return undefined;
    if (desired.mode === undefined) refuseOther(host, path, entry, "directory");
    const seen = attributes(entry, desired);
    return { host: host.name, path, ...seen, mode: entry.type === "directory" ? seen.mode : inBrackets(entry) };
  },

  shipped: (host, _, { path }) => host.read(host.platform.packages.shipped, String(path)),

  async reconcile(host, { path, mode, owner, group }, observed, recorded) {
    const taken = observed !== undefined && !recorded && !(await wasMade(host, [notes, path]));
    await carryOut(host, makeDirectory(path, { mode, owner, group }, taken));
    host.remember(files, path);
  },

  async remove(host, { path, destroyOnDelete }, made) {
    if (made || destroyOnDelete) await carryOut(host, removeDirectory(path, destroyOnDelete));
    else if (await host.read(files, path)) {
      await carryOut(host, giveBackDirectory(path));
      leftAsFound(host, path);
    }
    host.forget(files, path);
  },
});

import { archiveSchema } from "../../schemas/archive.ts";
import type { Desired } from "../../schemas/resource-schema.ts";
import { HostError } from "../errors.ts";
import type { Host } from "../host.ts";
import { archives, NO_DOWNLOADER, removeArchive, type Unpacked, unpack } from "../platforms/posix/archive.ts";
import { carryOut } from "../platforms/posix/outcome.ts";
import { defineResource } from "../resource.ts";
import { fetched, readSource } from "./source.ts";

type Archive = Desired<typeof archiveSchema>;

/** Holds an unpacked archive; the stamp in its directory tells which, and since when. */
export default defineResource(archiveSchema, {
  name: ({ path }) => path,
  holds: ({ path }) => [path],
  identify: (name) => ({ path: name }),

  async observe(host, { path }) {
    const found = await host.read(archives, path);
    return found && { host: host.name, path, ...found, edits: [...found.edits] };
  },

  async reconcile(host, desired) {
    const found = await host.read(archives, desired.path);
    if (!found || found.edits.length > 0 || !isFrom(desired, found)) await obtain(host, desired);
    host.remember(archives, desired.path);
  },

  async remove(host, { path }) {
    await carryOut(host, removeArchive(path));
    host.forget(archives, path);
  },
});

const isFrom = (desired: Archive, found: Unpacked): boolean =>
  (["sha256", "stripComponents", "owner", "group"] as const).every((key) => found[key] === desired[key]);

async function obtain(host: Host, desired: Archive): Promise<void> {
  const { url, source, path } = desired;
  if (source !== undefined) {
    await carryOut(host, unpack(source, await readSource(host, path, source), desired));
    return;
  }
  if (url === undefined) throw new HostError(host.name, `${path}: neither url nor source is given`);

  const from = new URL(url);
  const downloaded = await carryOut(host, unpack(from.pathname, from, desired), {
    expected: [NO_DOWNLOADER],
  });
  if (downloaded !== NO_DOWNLOADER) return;
  host.progress("the host has neither curl nor wget: the archive goes through this machine");
  await carryOut(host, unpack(from.pathname, await fetched(host, path, from), desired));
}

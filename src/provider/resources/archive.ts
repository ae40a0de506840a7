import { archiveSchema } from "../../schemas/archive.ts";
import type { Desired } from "../../schemas/resource-schema.ts";
import { HostError } from "../errors.ts";
import type { Host } from "../host.ts";
import { NO_DOWNLOADER, parseStamp, removeArchive, stamp, stampOf, unpack } from "../platforms/posix/archive.ts";
import { contents, files } from "../platforms/posix/files.ts";
import { carryOut } from "../platforms/posix/outcome.ts";
import { sha256 } from "../platforms/posix/safe-write.ts";
import { defineResource } from "../resource.ts";
import { fetched, readSource } from "./source.ts";

type Archive = Desired<typeof archiveSchema>;

/** Holds an unpacked archive; the stamp in its directory tells which. */
export default defineResource(archiveSchema, {
  name: ({ path }) => path,
  identify: (name) => ({ path: name }),

  async observe(host, desired) {
    const { path } = desired;
    const entry = await host.read(files, stampOf(path));
    if (entry?.type !== "file") return undefined;
    if (entry.sha256 === sha256(stamp(desired))) return { ...desired, host: host.name };
    const text = await host.read(contents, stampOf(path));
    return { host: host.name, path, ...parseStamp(String(text ?? "")) };
  },

  async reconcile(host, desired) {
    const entry = await host.read(files, stampOf(desired.path));
    if (entry?.sha256 !== sha256(stamp(desired))) await obtain(host, desired);
    host.remember(files, stampOf(desired.path));
  },

  async remove(host, { path }) {
    await carryOut(host, removeArchive(path));
    host.forget(files, stampOf(path));
  },
});

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

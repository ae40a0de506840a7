// What a File holds where the program does not say it in so many words: a copy of a local file, or what is there.
import { randomBytes } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import directory from "../../../src/provider/resources/directory.ts";
import file from "../../../src/provider/resources/file.ts";
import link from "../../../src/provider/resources/link.ts";
import type { Values } from "../../../src/provider/values.ts";
import { canRunLab, whyNoLab } from "../../support/lab.ts";
import { type Machine, machine } from "../../support/machine.ts";
import { desired } from "./lab-host.ts";

describe.skipIf(!canRunLab)(`content of files on a lab host ${whyNoLab && `(skipped: ${whyNoLab})`}`, () => {
  let storage: Machine;
  const sh = (text: string) => storage.shell(text);
  const motd = (values = {}) => desired(file, { host: "storage", path: "/srv/t/motd", content: "hello\n", ...values });
  /** As a run does that remembers what the one before recorded. */
  const read = async (wanted: Values, recorded: Values | undefined) =>
    file.read(await storage.connected(), wanted, false, recorded);
  const up = async (wanted: Values) => storage.apply(file, wanted, await storage.read(file, wanted));

  beforeAll(async () => {
    storage = await machine("test-file-content", "storage");
    await storage.reset();
    await storage.apply(directory, desired(directory, { host: "storage", path: "/srv/t" }));
  }, 120_000);
  afterAll(() => storage?.close());

  test.each([
    ["binary", "printf '\\000\\377' >/srv/t/motd"],
    ["large", "head -c 70000 /dev/zero | tr '\\0' a >/srv/t/motd"],
  ])("content that is ignored, which comes back as it was read, stays: %s", async (_, write) => {
    await up(motd());
    await sh(`${write}; chmod 600 /srv/t/motd`);
    const seen = await storage.read(file, motd());
    const ignored = motd({ content: seen?.["content"] });
    const state = await up(ignored);
    expect(state).toMatchObject({ content: seen?.["content"], sha256: seen?.["sha256"], mode: "0644" });
    expect(await sh("sha256sum </srv/t/motd")).toBe(`${seen?.["sha256"]}  -`);
    expect(await up(ignored)).toEqual(state);
  });

  test("what only describes a content is never written", async () => {
    await up(motd());
    await sh("printf '\\000' >/srv/t/motd");
    const seen = await storage.read(file, motd());
    const { content } = motd({ content: seen?.["content"] });
    const elsewhere = motd({ content, path: "/srv/t/elsewhere" });
    await expect(storage.apply(file, elsewhere)).rejects.toThrow(/elsewhere should hold \(1 bytes, .*ignoreChanges/s);
    await sh("printf '\\001' >/srv/t/motd");
    await expect(storage.apply(file, motd({ content }), seen)).rejects.toThrow(/motd should hold \(1 bytes, /);
    await sh("rm /srv/t/motd; mkdir /srv/t/motd");
    await expect(up(motd({ content: "(a directory)" }))).rejects.toThrow(/motd should hold \(a directory\)/);
    const pointing = desired(link, { host: "storage", path: "/srv/t/link", target: "(a directory)" });
    await expect(storage.apply(link, pointing)).rejects.toThrow(/link should hold \(a directory\)/);
    expect(await sh("ls /srv/t; rmdir /srv/t/motd")).toBe("motd");
  });

  test("a source that is gone counts as what was copied; what differs on the host is never taken for a path", async () => {
    const folder = await mkdtemp(path.join(tmpdir(), "source-"));
    const source = path.join(folder, "app");
    const app = desired(file, { host: "storage", path: "/srv/t/app", source });
    await writeFile(source, "version 1");
    const state = await storage.apply(file, app);
    await rm(source);
    expect(await read(app, state)).toEqual(state);
    await sh("chmod 600 /srv/t/app");
    expect(await storage.apply(file, app, state)).toEqual(state);

    await sh("printf /etc/passwd >/srv/t/app");
    const drifted = await read(app, state);
    const other = expect.stringMatching(/^\(11 bytes, sha256 /);
    expect(drifted).toMatchObject({ source: other });
    expect(await read({ ...app, source: drifted?.["source"] }, drifted)).toEqual(drifted);
    await expect(storage.apply(file, app, drifted)).rejects.toThrow(/\/srv\/t\/app: its source cannot be read on the/);
    await expect(storage.read(file, app)).rejects.toThrow(/\/srv\/t\/app: its source cannot be read on the machine/);

    const ignored = { ...app, source: drifted?.["source"], mode: "0600" };
    expect(await storage.apply(file, ignored, drifted)).toMatchObject({ source: other, mode: "0600" });
    expect(await sh("cat /srv/t/app")).toBe("/etc/passwd");
    await writeFile(source, "version 1");
    expect(await up(app)).toMatchObject({ source, sha256: state["sha256"] });
    await rm(folder, { recursive: true });
    await storage.remove(file, app);
  });

  test("a binary source is copied, and found changed on either side", async () => {
    const folder = await mkdtemp(path.join(tmpdir(), "source-"));
    const source = path.join(folder, "blob");
    await writeFile(source, randomBytes(300_000));
    const blob = desired(file, { host: "storage", path: "/srv/t/blob", source });
    expect(await storage.apply(file, blob)).toMatchObject({ source });
    await writeFile(source, randomBytes(300_001));
    expect(await storage.read(file, blob)).toMatchObject({ source: expect.stringMatching(/^\(300000 bytes/) });
    await up(blob);
    await writeFile(`${source}2`, "another");
    await storage.apply(file, { ...blob, source: `${source}2` }, await storage.read(file, blob));
    expect(await sh("cat /srv/t/blob")).toBe("another");
    await rm(folder, { recursive: true });
    await expect(storage.read(file, blob)).rejects.toThrow(/\/srv\/t\/blob: its source cannot be read on the machine/);
    await storage.remove(file, blob);
  });
});

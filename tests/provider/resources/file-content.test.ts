// What a File holds where the program does not say it in so many words: a copy of a local file, or what is there.
import { randomBytes } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import directory from "../../../src/provider/resources/directory.ts";
import file from "../../../src/provider/resources/file.ts";
import link from "../../../src/provider/resources/link.ts";
import { canRunLab, startLab, type TestLab, whyNoLab } from "../../support/lab.ts";
import { script } from "../../support/script.ts";
import { desired, type LabHost, labHost } from "./lab-host.ts";

describe.skipIf(!canRunLab)(`content of files on a lab host ${whyNoLab && `(skipped: ${whyNoLab})`}`, () => {
  let lab: TestLab;
  let on: LabHost;
  const sh = (text: string) => script(lab.run, "storage", text, "-s");
  const motd = (values = {}) => desired(file, { host: "storage", path: "/srv/t/motd", content: "hello\n", ...values });
  /** What a new run does: refresh, then apply. */
  const up = async (wanted: ReturnType<typeof desired>) => {
    on = await on.again();
    return file.apply(on.host, wanted, await file.read(on.host, wanted));
  };

  beforeAll(async () => {
    lab = await startLab("test-file", { hosts: ["storage"] });
    await lab.reset("storage");
    on = await labHost(lab, "storage");
    await directory.apply(on.host, desired(directory, { host: "storage", path: "/srv/t" }));
  }, 120_000);
  afterAll(async () => {
    await on?.close();
    await lab?.stop();
  });

  test.each([
    ["binary", "printf '\\000\\377' >/srv/t/motd"],
    ["large", "head -c 70000 /dev/zero | tr '\\0' a >/srv/t/motd"],
  ])("content that is ignored, which comes back as it was read, stays: %s", async (_, write) => {
    await up(motd());
    await sh(`${write}; chmod 600 /srv/t/motd`);
    on = await on.again();
    const read = await file.read(on.host, motd());
    const ignored = motd({ content: read?.["content"] });
    const state = await up(ignored);
    expect(state).toMatchObject({ content: read?.["content"], sha256: read?.["sha256"], mode: "0644" });
    expect(await sh("sha256sum </srv/t/motd")).toBe(`${read?.["sha256"]}  -`);
    expect(await up(ignored)).toEqual(state);
  });

  test("what only describes a content is never written", async () => {
    await up(motd());
    await sh("printf '\\000' >/srv/t/motd");
    on = await on.again();
    const read = await file.read(on.host, motd());
    const { content } = motd({ content: read?.["content"] });
    const elsewhere = motd({ content, path: "/srv/t/elsewhere" });
    await expect(file.apply(on.host, elsewhere)).rejects.toThrow(/elsewhere should hold \(1 bytes, .*ignoreChanges/s);
    await sh("printf '\\001' >/srv/t/motd");
    on = await on.again();
    await expect(file.apply(on.host, motd({ content }), read)).rejects.toThrow(/motd should hold \(1 bytes, /);
    await sh("rm /srv/t/motd; mkdir /srv/t/motd");
    await expect(up(motd({ content: "(a directory)" }))).rejects.toThrow(/motd should hold \(a directory\)/);
    const pointing = desired(link, { host: "storage", path: "/srv/t/link", target: "(a directory)" });
    await expect(link.apply(on.host, pointing)).rejects.toThrow(/link should hold \(a directory\)/);
    expect(await sh("ls /srv/t; rmdir /srv/t/motd")).toBe("motd");
  });

  test("a source that is gone counts as what was copied; what differs on the host is never taken for a path", async () => {
    const folder = await mkdtemp(path.join(tmpdir(), "source-"));
    const source = path.join(folder, "app");
    const app = desired(file, { host: "storage", path: "/srv/t/app", source });
    await writeFile(source, "version 1");
    const state = await file.apply(on.host, app);
    await rm(source);
    on = await on.again();
    expect(await file.read(on.host, app, false, state)).toEqual(state);
    await sh("chmod 600 /srv/t/app");
    on = await on.again();
    expect(await file.apply(on.host, app, state)).toEqual(state);

    await sh("printf /etc/passwd >/srv/t/app");
    on = await on.again();
    const drifted = await file.read(on.host, app, false, state);
    const other = expect.stringMatching(/^\(11 bytes, sha256 /);
    expect(drifted).toMatchObject({ source: other });
    expect(await file.read(on.host, { ...app, source: drifted?.["source"] }, false, drifted)).toEqual(drifted);
    await expect(file.apply(on.host, app, drifted)).rejects.toThrow(/\/srv\/t\/app: its source cannot be read on the/);
    await expect(file.read(on.host, app)).rejects.toThrow(/\/srv\/t\/app: its source cannot be read on the machine/);

    const ignored = { ...app, source: drifted?.["source"], mode: "0600" };
    expect(await file.apply(on.host, ignored, drifted)).toMatchObject({ source: other, mode: "0600" });
    expect(await sh("cat /srv/t/app")).toBe("/etc/passwd");
    await writeFile(source, "version 1");
    expect(await up(app)).toMatchObject({ source, sha256: state["sha256"] });
    await rm(folder, { recursive: true });
    await file.remove(on.host, app);
  });

  test("a binary source is copied, and found changed on either side", async () => {
    const folder = await mkdtemp(path.join(tmpdir(), "source-"));
    const source = path.join(folder, "blob");
    await writeFile(source, randomBytes(300_000));
    const blob = desired(file, { host: "storage", path: "/srv/t/blob", source });
    expect(await file.apply(on.host, blob)).toMatchObject({ source });
    await writeFile(source, randomBytes(300_001));
    on = await on.again();
    expect(await file.read(on.host, blob)).toMatchObject({ source: expect.stringMatching(/^\(300000 bytes/) });
    await up(blob);
    await writeFile(`${source}2`, "another");
    await file.apply(on.host, { ...blob, source: `${source}2` }, await file.read(on.host, blob));
    expect(await sh("cat /srv/t/blob")).toBe("another");
    await rm(folder, { recursive: true });
    await expect(file.read(on.host, blob)).rejects.toThrow(/\/srv\/t\/blob: its source cannot be read on the machine/);
    await file.remove(on.host, blob);
  });
});

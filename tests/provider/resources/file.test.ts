import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { files } from "../../../src/provider/platforms/posix/files.ts";
import { writeFile as writeFrame } from "../../../src/provider/platforms/posix/safe-write.ts";
import directory from "../../../src/provider/resources/directory.ts";
import file from "../../../src/provider/resources/file.ts";
import { canRunLab, startLab, type TestLab, whyNoLab } from "../../support/lab.ts";
import { script } from "../../support/script.ts";
import { desired, type LabHost, labHost } from "./lab-host.ts";

describe.skipIf(!canRunLab)(`files on a lab host ${whyNoLab && `(skipped: ${whyNoLab})`}`, () => {
  let lab: TestLab;
  let on: LabHost;
  const sh = (text: string) => script(lab.run, "storage", text, "-s");
  const motd = (values = {}) => desired(file, { host: "storage", path: "/srv/t/motd", content: "hello\n", ...values });
  const leftovers = () => sh("find /srv /var/lib/groundwork -name '.groundwork*' -o -name '*.groundwork-part' | sort");
  /** What a new run does: refresh, then apply. */
  const up = async (resource: typeof file, wanted: ReturnType<typeof desired>) => {
    on = await on.again();
    const recorded = await resource.read(on.host, wanted);
    return resource.apply(on.host, wanted, recorded);
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

  test("is written with content, mode, owner and group, and read back", async () => {
    const state = await file.apply(on.host, motd({ mode: "0640", owner: "daemon", group: "adm" }));
    expect(await sh("stat -c '%a %U %G' /srv/t/motd; cat /srv/t/motd")).toBe("640 daemon adm\nhello");
    expect(state).toEqual({
      ...motd({ mode: "0640", owner: "daemon", group: "adm" }),
      sha256: "5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03",
      modified: await sh("date -u -r /srv/t/motd +%FT%TZ"),
    });
    expect(await leftovers()).toBe("");
  });

  test("fault 8: what arrives damaged is not written, and what stood there still stands", async () => {
    const over = await on.host.read(files, "/srv/t/motd");
    const writing = { path: "/srv/t/motd", content: "good\n", mode: "0644", owner: "root", group: "root", over };
    const { argv, stdin } = writeFrame(writing);
    const damaged = Buffer.from(String(stdin).replace("good\n", "goof\n"));
    await expect(on.host.run({ argv, stdin: damaged })).rejects.toThrow(
      /storage: .*content arrived damaged; run again/,
    );
    expect(await sh("cat /srv/t/motd")).toBe("hello");
    expect(await leftovers()).toBe("");
  });

  test("says when its content changed: a repair of it counts, neither one of its mode nor a touch does", async () => {
    const before = await file.apply(on.host, motd());
    await sh("touch -d 2002-02-02 /srv/t/motd");
    on = await on.again();
    expect(await file.read(on.host, motd(), false, before)).toEqual(before);
    await sh("chmod 600 /srv/t/motd");
    on = await on.again();
    expect(await file.apply(on.host, motd(), before)).toEqual(before);
    await sh("echo changed >/srv/t/motd; touch -d 2003-03-03 /srv/t/motd");
    on = await on.again();
    const seen = await file.read(on.host, motd(), false, before);
    expect(seen?.["modified"]).toMatch(/^2003-/);
    expect((await file.apply(on.host, motd(), seen))["modified"]).not.toMatch(/^200[23]-/);
    expect(await sh("cat /srv/t/motd")).toBe("hello");
  });

  test("is as declared by number too", async () => {
    const numbers = motd({ owner: "1234", group: "0" });
    const state = await file.apply(on.host, numbers, await file.read(on.host, motd()));
    expect(state).toMatchObject({ owner: "1234", group: "0" });
  });

  test.each([
    ["content", "echo changed >/srv/t/motd", { content: "changed\n" }],
    ["mode", "chmod 600 /srv/t/motd", { mode: "0600" }],
    ["owner", "chown daemon:adm /srv/t/motd", { owner: "daemon", group: "adm" }],
    ["binary content", "printf '\\000\\377' >/srv/t/motd", { content: expect.stringMatching(/^\(2 bytes, sha256 /) }],
    [
      "a large file",
      "head -c 70000 /dev/zero | tr '\\0' a >/srv/t/motd",
      { content: expect.stringMatching(/^\(70000 b/) },
    ],
    ["a link in its place", "rm /srv/t/motd; ln -s /etc/passwd /srv/t/motd", { content: "(a link to /etc/passwd)" }],
    [
      "a directory in its place",
      "rm /srv/t/motd; mkdir /srv/t/motd; touch /srv/t/motd/kept",
      { content: "(a directory)" },
    ],
    ["a pipe in its place", "rm /srv/t/motd; mkfifo /srv/t/motd", { content: "(neither file, directory nor link)" }],
  ])("drift is seen and repaired: %s", async (_, change, seen) => {
    await up(file, motd());
    await sh(change);
    on = await on.again();
    expect(await file.read(on.host, motd())).toMatchObject(seen);
    await up(file, motd());
    expect(await sh("stat -c '%F %a %U %G' /srv/t/motd; cat /srv/t/motd")).toBe("regular file 644 root root\nhello");
    expect(await leftovers()).toBe("");
  });

  test("a directory that stood in the way kept what it held, and the user was told", async () => {
    expect(await sh("ls /srv/t/motd.groundwork-1")).toBe("kept");
    await sh("rm /srv/t/motd; mkdir /srv/t/motd; touch /srv/t/motd/kept");
    await up(file, motd());
    expect(on.said).toEqual(["moved aside what stood there: /srv/t/motd.groundwork-2"]);
    await sh("rm -r /srv/t/motd.groundwork-*");
  });

  test("an unusual path and any text survive", async () => {
    const text = `${randomBytes(3000).toString("base64")}\n'"$(id)\`\\ é ☃\r\n no newline at the end`;
    const odd = motd({ path: "/srv/t/a 'b' $(c) \\d é:-*?[x]", content: text });
    await file.apply(on.host, odd);
    on = await on.again();
    expect(await file.read(on.host, odd)).toMatchObject({ content: text });
    await file.remove(on.host, odd);
    await file.remove(on.host, odd);
    expect(await sh("ls -A /srv/t")).toBe("motd");
  });

  test("a text too long to be shown is changed like any other", async () => {
    const long = motd({ path: "/srv/t/long", content: "a".repeat(100_000) });
    await file.apply(on.host, long);
    await file.apply(on.host, { ...long, content: "b".repeat(100_000) }, await file.read(on.host, long));
    await file.remove(on.host, long);
  });

  test("an import shows what is there", async () => {
    await up(file, motd());
    const found = await file.read(on.host, { host: "storage", ...file.identify("/srv/t/motd") }, true);
    expect(found).toEqual({ ...motd(), sha256: expect.any(String), modified: expect.any(String) });
  });

  test("what stood there before us returns with a delete, once", async () => {
    await sh("echo theirs >/srv/t/old; chown daemon:adm /srv/t/old; chmod 604 /srv/t/old");
    const old = motd({ path: "/srv/t/old" });
    await up(file, old);
    await up(file, { ...old, content: "ours, changed" });
    await file.remove(on.host, old);
    expect(await sh("stat -c '%a %U %G' /srv/t/old; cat /srv/t/old")).toBe("604 daemon adm\ntheirs");
    expect(on.said).toEqual(["put back what stood at /srv/t/old before"]);
    await file.remove(on.host, old);
    expect(on.said.at(-1)).toBe("left: /srv/t/old was there before groundwork");
    expect(await sh("cat /srv/t/old; rm /srv/t/old; find /var/lib/groundwork/original -name '*old*'")).toBe("theirs");
  });

  test("what was there as desired already stays with a delete", async () => {
    await sh("echo hello >/srv/t/same");
    await file.apply(on.host, motd({ path: "/srv/t/same" }));
    await file.remove(on.host, motd({ path: "/srv/t/same" }));
    expect(await sh("cat /srv/t/same; rm /srv/t/same")).toBe("hello");
  });

  test("fault 19: what a person edits between preview and up is not overwritten", async () => {
    const recorded = await up(file, motd());
    await sh("echo by hand >/srv/t/motd");
    on = await on.again();
    const wanted = motd({ content: "new\n" });
    await expect(file.apply(on.host, wanted, recorded)).rejects.toThrow(/changed since it was read, by somebody else/);
    // The same in the very last moment, after the provider looked.
    await file.read(on.host, wanted);
    const seen = await file.read(on.host, wanted);
    await sh("echo again >/srv/t/motd");
    await expect(file.apply(on.host, wanted, seen)).rejects.toThrow(/\/srv\/t\/motd changed since it was read/);
    expect(await sh("cat /srv/t/motd")).toBe("again");
    expect(await leftovers()).toBe("");
  });

  test("fault 21: a file that is gone is gone, and made again", async () => {
    await up(file, motd());
    await sh("rm /srv/t/motd");
    on = await on.again();
    expect(await file.read(on.host, motd())).toBeUndefined();
    expect(await file.read(on.host, motd({ path: "/etc/passwd/under-a-file" }))).toBeUndefined();
    await up(file, motd());
  });

  test("fault 3: a killed run leaves old or new, and the next one finishes and tidies", async () => {
    await up(file, motd());
    await sh("echo half >/srv/t/.groundwork.motd.4194000; touch /srv/t/.groundwork.motd.more.12");
    await up(file, motd({ content: "after the crash\n" }));
    expect(await sh("ls -A /srv/t; rm /srv/t/.groundwork.motd.more.12")).toBe(".groundwork.motd.more.12\nmotd");
    // Written, but never recorded: the next run creates, finds it done, and still owns it.
    await file.apply(on.host, motd({ content: "after the crash\n" }));
    await file.remove(on.host, motd());
    expect(await sh("ls -A /srv/t")).toBe("");
  });

  test.each([
    [
      "blocks",
      "mount -t tmpfs -o size=64k tmpfs /srv/t/small",
      /No space left.*make room for 50000 bytes \(20K and .* inodes are free\)/s,
    ],
    [
      "inodes",
      "mount -t tmpfs -o nr_inodes=3 tmpfs /srv/t/small",
      /No space left.*make room for 50000 bytes \(.* and 0 inodes are free\)/s,
    ],
    ["a read-only file system", "mount -t tmpfs tmpfs /srv/t/small", /Read-only.*mount it for writing/s],
  ])("fault 5: %s run out, and the old file stays", async (kind, mount, message) => {
    await sh(`mkdir -p /srv/t/small; ${mount}; echo old >/srv/t/small/f`);
    if (kind === "blocks") await sh("head -c 40000 /dev/zero >/srv/t/small/filler");
    if (kind === "inodes") await sh("touch /srv/t/small/filler");
    if (kind.startsWith("a read")) await sh("mount -o remount,ro /srv/t/small");
    const big = motd({ path: "/srv/t/small/f", content: "x".repeat(50_000) });
    const failure = await up(file, big).then(() => undefined, String);
    const left = await sh("cat /srv/t/small/f; ls -A /srv/t/small | grep -c groundwork || true");
    await sh("umount /srv/t/small; echo old >/srv/t/small/f");
    expect(failure).toMatch(message);
    expect(left).toBe("old\n0");
    await up(file, big);
    await file.remove(on.host, big);
    await sh("rm -r /srv/t/small");
  });

  test("errors say what to do", async () => {
    const at = (values: object) => file.apply(on.host, motd(values));
    await expect(at({ path: "/srv/none/f" })).rejects.toThrow(
      "storage: /srv/none/f cannot be made: there is no directory /srv/none. Declare it as a Directory that this depends on, and run again",
    );
    await expect(at({ path: "/srv/t/f", owner: "nobody-such" })).rejects.toThrow(
      /invalid user.*declare the User or Group/s,
    );
    expect(await sh("ls -A /srv/t")).toBe("");
  });

  test.each([
    ["content", "mount --bind /srv/t/other /srv/t/f", { content: "ours\n" }, /busy/],
    ["attributes", ":", { owner: "nobody-such" }, /invalid user/],
  ])(
    "after a write of %s that failed, what a person writes there is theirs, and returns",
    async (_, harm, values, why) => {
      const wanted = (values = {}) => motd({ path: "/srv/t/f", ...values });
      await sh(`echo hello >/srv/t/f; echo other >/srv/t/other; ${harm}`);
      const failure = await up(file, wanted(values)).catch(String);
      await sh("umount /srv/t/f 2>/dev/null; echo edited >/srv/t/f");
      expect(failure).toMatch(why);
      await up(file, wanted());
      await file.remove(on.host, wanted());
      expect(await sh("cat /srv/t/f; rm /srv/t/f /srv/t/other")).toBe("edited");
    },
  );

  test.each([10, 500])("reading %i files takes as many frames as reading one", async (count) => {
    const many = Array.from({ length: count }, (_, index) => motd({ path: `/srv/t/m/${index}`, content: `${index}` }));
    await sh(`mkdir -p /srv/t/m; for i in $(seq 0 ${count - 1}); do printf $i >/srv/t/m/$i; done`);
    for (const one of many) on.host.remember(files, String(one["path"]));
    await new Promise((resolve) => setTimeout(resolve, 100));
    on = await on.again();
    for (const one of many) expect(await file.read(on.host, one)).toMatchObject({ content: one["content"] });
    expect(on.frames).toEqual(["gw_manifest_list", "gw_files"]);
    await sh("rm -r /srv/t/m");
  });
});

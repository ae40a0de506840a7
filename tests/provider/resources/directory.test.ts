import { afterAll, beforeAll, describe, expect, test } from "vitest";

import type { Resource } from "../../../src/provider/resource.ts";
import directory from "../../../src/provider/resources/directory.ts";
import file from "../../../src/provider/resources/file.ts";
import link from "../../../src/provider/resources/link.ts";
import type { Values } from "../../../src/provider/values.ts";
import { canRunLab, startLab, type TestLab, whyNoLab } from "../../support/lab.ts";
import { script } from "../../support/script.ts";
import { desired, type LabHost, labHost } from "./lab-host.ts";

describe.skipIf(!canRunLab)(`directories and links on a lab host ${whyNoLab && `(skipped: ${whyNoLab})`}`, () => {
  let lab: TestLab;
  let on: LabHost;
  const sh = (text: string) => script(lab.run, "storage", text, "-s");
  /** What a new run does: refresh, then apply. */
  const up = async (resource: Resource, wanted: Values) => {
    on = await on.again();
    const recorded = await resource.read(on.host, wanted);
    return resource.apply(on.host, wanted, recorded);
  };

  beforeAll(async () => {
    lab = await startLab("test-file", { hosts: ["storage"] });
    await lab.reset("storage");
    on = await labHost(lab, "storage");
    await sh("mkdir /srv/t");
  });
  afterAll(async () => {
    await on?.close();
    await lab?.stop();
  });

  test("a directory is made, kept, and removed only when empty or told so", async () => {
    const dir = (values = {}) =>
      desired(directory, { host: "storage", path: "/srv/t/d", mode: "2750", group: "adm", ...values });
    await up(directory, dir());
    expect(await sh("stat -c '%a %U %G' /srv/t/d")).toBe("2750 root adm");
    await sh("chmod 2777 /srv/t/d");
    on = await on.again();
    expect(await directory.read(on.host, dir())).toMatchObject({ mode: "2777" });
    await up(directory, dir({ mode: "0750" }));
    await up(directory, dir());
    await sh("rmdir /srv/t/d; echo precious >/srv/t/d");
    on = await on.again();
    expect(await directory.read(on.host, dir())).toMatchObject({ mode: expect.stringMatching(/^\(9 bytes/) });
    await up(directory, dir());
    expect(await sh("cat /srv/t/d.groundwork-1; rm /srv/t/d.groundwork-1; touch /srv/t/d/x")).toBe("precious");
    await directory.remove(on.host, dir());
    expect(on.said.at(-1)).toMatch(/^left: .*not empty.*destroyOnDelete/i);
    await directory.remove(on.host, dir({ destroyOnDelete: true }));
    await directory.remove(on.host, dir());
    expect(await sh("ls -A /srv/t")).toBe("");
  });

  test("a directory that was there before stays and lets in whom it did, unless its removal was asked for", async () => {
    const theirs = (values = {}) => desired(directory, { host: "storage", path: "/srv/t/theirs", ...values });
    await sh("cd /srv/t; mkdir theirs; chown games:adm theirs; chmod 2770 theirs");
    const state = await directory.apply(on.host, theirs());
    await directory.apply(on.host, theirs({ mode: "0700" }), state);
    expect(await sh("stat -c '%a %U %G' /srv/t/theirs")).toBe("700 root root");
    await directory.remove(on.host, theirs());
    expect(on.said.at(-1)).toBe("left: /srv/t/theirs was there before groundwork");
    expect(await sh("stat -c '%n %a %U %G' /srv/t/*; find /var/lib/groundwork/original -name '*theirs*'")).toBe(
      "/srv/t/theirs 2770 games adm",
    );
    await directory.apply(on.host, theirs());
    await directory.remove(on.host, theirs({ destroyOnDelete: true }));
    expect(await sh("ls -A /srv/t; find /var/lib/groundwork/original -name '*theirs*'")).toBe("");
  });

  test("one that this made, and forgot with what it held, is its own again", async () => {
    const own = desired(directory, { host: "storage", path: "/srv/t/own" });
    await directory.apply(on.host, own);
    await sh("touch /srv/t/own/data");
    await directory.remove(on.host, own);
    on = await on.again();
    await directory.apply(on.host, own);
    expect(await sh("find /var/lib/groundwork/original -name '*own*'; rm /srv/t/own/data")).toBe("");
    await directory.remove(on.host, own);
    expect(await sh("ls -A /srv/t")).toBe("");
  });

  test("what a package's directory lets in is nobody's work", async () => {
    const ofPackage = desired(directory, { host: "storage", path: "/etc/cron.daily", mode: "0700" });
    const own = desired(directory, { host: "storage", path: "/srv/t", mode: "0700" });
    const lost = async (wanted: Values) => {
      const found = await directory.read(on.host, wanted);
      return (await directory.overwrites(on.host, wanted, found ?? {})).map(({ path }) => path.join("."));
    };
    expect(await lost(own)).toEqual(["mode"]);
    expect(await lost(ofPackage)).toEqual([]);
  });

  test("a link to a directory is that directory, and neither it nor what it leads to is moved or removed", async () => {
    const moved = (values = {}) => desired(directory, { host: "storage", path: "/srv/t/moved", ...values });
    await up(directory, moved());
    await sh(`cd /srv/t; mkdir -p disks/big; chmod 711 disks/big; chown daemon:adm disks/big; touch disks/big/precious
      rmdir moved; ln -s disks disk; ln -s ../t/disk/big moved`);
    on = await on.again();
    expect(await directory.read(on.host, moved())).toMatchObject({ mode: "0711", owner: "daemon", group: "adm" });
    await up(directory, moved({ mode: "2750", owner: "games" }));
    expect(await sh("cd /srv/t; readlink moved; stat -c '%a %U %G' disks/big")).toBe("../t/disk/big\n2750 games root");
    await directory.remove(on.host, moved({ destroyOnDelete: true }));
    expect(on.said.at(-1)).toBe("left: /srv/t/moved is a link, and nothing is removed through one");
    await directory.remove(on.host, moved());
    expect(await sh("cd /srv/t; ls -d *; ls disks/big; rm moved disk; rm -r disks")).toBe(
      "disk\ndisks\nmoved\nprecious",
    );
  });

  test("no link is followed that others could lead elsewhere", async () => {
    const lead = desired(directory, { host: "storage", path: "/srv/t/lead", owner: "daemon" });
    await sh(
      "cd /srv/t; mkdir -m 700 victim theirs; ln -s ../victim theirs/a; ln -s theirs/a lead; chown daemon theirs",
    );
    await expect(up(directory, lead)).rejects.toThrow(
      /\/srv\/t\/lead is a link and was not followed: others than root may change \/srv\/t\/theirs, /,
    );
    await sh("chown root /srv/t/theirs; chmod g+w /srv/t/theirs");
    await expect(up(directory, lead)).rejects.toThrow("others than root may change /srv/t/theirs");
    expect(await sh("cd /srv/t; stat -c '%a %U' victim; readlink lead")).toBe("700 root\ntheirs/a");
    await sh("chmod g-w /srv/t/theirs");
    await up(directory, lead);
    expect(await sh("cd /srv/t; stat -c '%a %U' victim; rm -r victim theirs lead")).toBe("755 daemon");
  });

  test.each(["../t/file", "nowhere"])("a link to %s steps aside", async (target) => {
    const wanted = desired(directory, { host: "storage", path: "/srv/t/d" });
    await sh(`cd /srv/t; touch file; ln -s ${target} d`);
    await up(directory, wanted);
    expect(await sh("cd /srv/t; stat -c %F d; readlink d.groundwork-1; rm -r d*; cat file; rm file")).toBe(
      `directory\n${target}`,
    );
  });

  test("a link points where it should, whatever took its place", async () => {
    const to = (target: string) => desired(link, { host: "storage", path: "/srv/t/l", target });
    await up(link, to("/etc/passwd"));
    await up(link, to("../two words"));
    expect(await sh("readlink /srv/t/l")).toBe("../two words");
    await sh("rm /srv/t/l; echo file >/srv/t/l");
    on = await on.again();
    expect(await link.read(on.host, to("../x"))).toMatchObject({ target: expect.stringMatching(/^\(5 bytes/) });
    await up(link, to("../x"));
    expect(await sh("readlink /srv/t/l")).toBe("../x");
    await link.remove(on.host, to("../x"));
    await link.remove(on.host, to("../x"));
    expect(await sh("ls -A /srv/t")).toBe("");
  });

  test.each([
    ["a file where nothing was", file, { content: "hello\n" }, ":", ""],
    ["a file over another", file, { content: "hello\n" }, "echo first >let-go", "first"],
    ["a file that was adopted", file, { content: "first\n" }, "echo first >let-go", "first"],
    ["a link", link, { target: "nowhere" }, ":", ""],
  ])(
    "what somebody put in the place of what was let go of is kept, and returns: %s",
    async (_, of, values, before, was) => {
      const wanted = desired(of, { host: "storage", path: "/srv/t/let-go", ...values });
      await sh(`cd /srv/t; ${before}`);
      const create = async () => {
        on = await on.again();
        await of.apply(on.host, wanted);
      };
      await create();
      await create(); // from the state, without a delete
      await sh("rm /srv/t/let-go");
      await create(); // gone by hand: what was there before us is the same
      await of.remove(on.host, wanted);
      expect(await sh("cat /srv/t/let-go 2>/dev/null || :")).toBe(was);

      await create();
      await sh("rm /srv/t/let-go; echo theirs >/srv/t/let-go");
      await create();
      await of.remove(on.host, wanted);
      expect(await sh("cat /srv/t/let-go; rm /srv/t/let-go; find /var/lib/groundwork -name '*let-go*'")).toBe("theirs");
    },
  );
});

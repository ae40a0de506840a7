import { afterAll, beforeAll, describe, expect, test } from "vitest";

import packageSet from "../../../src/provider/resources/package-set.ts";
import type { Values } from "../../../src/provider/values.ts";
import { packageSetSchema } from "../../../src/schemas/package-set.ts";
import { canRunLab, whyNoLab } from "../../support/lab.ts";
import { type Machine, machine } from "../../support/machine.ts";

const set = (packages: Record<string, string>, values: Values = {}): Values =>
  packageSetSchema.inputs.parse({ host: "control", name: "tools", packages, ...values });

/** Holds a lock as dpkg and apt do: flock(1) would be another kind of lock. */
const holdLock = (seconds: number, file = "/var/lib/dpkg/lock-frontend"): string => `
  nohup perl -MFcntl -e 'open(F, "+>>", "${file}"); $l = pack("s s l! l! i", F_WRLCK, 0, 0, 0, 0); fcntl(F, F_SETLK, $l) or die; sleep ${seconds}' >/dev/null 2>&1 </dev/null &
  sleep 0.5`;

/** A source of packages with two versions of one. */
const repository = `mkdir -p /srv/repository/exact/DEBIAN; cd /srv/repository
  for version in 1 2; do
    printf 'Package: gw-exact\nVersion: %s\nArchitecture: all\nMaintainer: nobody\nDescription: exact\n' $version >exact/DEBIAN/control
    dpkg-deb --build exact exact_$version.deb >/dev/null
  done
  for deb in *.deb; do
    dpkg-deb --field $deb
    printf 'Filename: ./%s\nSize: %s\nSHA256: %s\n\n' $deb $(stat -c %s $deb) $(sha256sum <$deb | cut -d ' ' -f 1)
  done >Packages
  echo 'deb [trusted=yes] file:/srv/repository ./' >/etc/apt/sources.list.d/exact.list`;

describe.skipIf(!canRunLab)(`PackageSet on a lab host ${whyNoLab && `(skipped: ${whyNoLab})`}`, () => {
  let host: Machine;

  beforeAll(async () => {
    host = await machine("test-package-set", "control");
    await host.reset(); // a fresh host has no package lists at all
  });
  afterAll(() => host?.close());

  const status = (name: string): Promise<string> =>
    host.shell(`dpkg-query -W -f='\${db:Status-Abbrev}' ${name} 2>/dev/null || :`);

  test("installs on a host without package lists, with progress, and then there is no drift", async () => {
    const desired = set({ hello: "*", tree: "*" });
    expect(await host.drifted(packageSet, desired)).toBe("gone");
    await host.apply(packageSet, desired);
    expect(host.progress.join("\n")).toMatch(/Unpacking hello [\s\S]*Setting up hello /);
    expect(await host.drifted(packageSet, desired)).toEqual([]);
    expect(await status("hello")).toBe("ii");
    expect(await host.shell("tree --version")).toContain("tree");
  });

  test("shows and repairs a removed package", async () => {
    await host.shell("dpkg --remove tree");
    expect(await host.drifted(packageSet, set({ hello: "*", tree: "*" }))).toEqual(["packages.tree"]);
    await host.apply(packageSet, set({ hello: "*", tree: "*" }));
    expect(await status("tree")).toBe("ii");
  });

  test("shows and repairs a package that was left half-way (fault 18)", async () => {
    await host.shell("cd /tmp && apt-get -q download bc >/dev/null && dpkg --unpack bc_*.deb");
    const desired = set({ bc: "*" }, { name: "half" });
    const state = await host.read(packageSet, desired);
    expect(state?.["packages"]).toEqual({ bc: expect.stringMatching(/ \(unpacked, not configured\)$/) });
    await host.apply(packageSet, desired);
    expect(await status("bc")).toBe("ii");
    expect(host.progress.join("\n")).toContain("left half-way");
  });

  test("repairs what a killed dpkg left behind (fault 18)", async () => {
    await host.shell(`mkdir -p /tmp/fault/DEBIAN; rm -f /tmp/killed; cd /tmp/fault/DEBIAN
      printf 'Package: gw-fault\\nVersion: 1\\nArchitecture: all\\nMaintainer: nobody\\nDescription: dies once\\n' >control
      printf '#!/bin/sh\\n[ -e /tmp/killed ] || { touch /tmp/killed; kill -9 $PPID; }\\n' >postinst
      chmod 755 postinst; dpkg-deb --build /tmp/fault /tmp/fault.deb >/dev/null
      ! dpkg --install /tmp/fault.deb >/dev/null 2>&1
      ls /var/lib/dpkg/updates | grep -q .`);
    const desired = set({ "gw-fault": "*" }, { name: "half" });
    expect(await host.drifted(packageSet, desired)).toEqual([`packages["gw-fault"]`]);
    await host.apply(packageSet, desired);
    expect(await host.drifted(packageSet, desired)).toEqual([]);
    expect(await host.shell("dpkg --audit")).toBe("");
  });

  test("holds an exact version, and says which does not exist", async () => {
    const version = await host.shell(`dpkg-query -W -f='\${Version}' hello`);
    expect(await host.drifted(packageSet, set({ hello: version }))).toEqual(["packages.hello"]);
    await host.apply(packageSet, set({ hello: version }));
    expect(await host.drifted(packageSet, set({ hello: version }))).toEqual([]);
    await expect(host.apply(packageSet, set({ hello: "0.0.1" }))).rejects.toThrow(
      /control: Version '0\.0\.1' for 'hello' does not exist.*apt-cache policy/,
    );
  });

  test("a package that does not exist is one error that names it; the others wait", async () => {
    const desired = set({ "nosuch-package": "*", "nosuch-either": "*", cowsay: "*" });
    const failed = expect(host.apply(packageSet, desired)).rejects;
    await failed.toThrow(/^control: there is no package nosuch-package, nosuch-either .*correct the name/);
    expect(await status("cowsay")).toBe("");
  });

  test("waits for others that use apt, and names them after the time allowed (fault 18)", async () => {
    await host.shell(holdLock(8));
    await host.apply(packageSet, set({ hello: "*", tree: "*", cowsay: "*" }));
    expect(host.progress.join("\n")).toMatch(/held by process \d+ \(perl\)/);

    await host.shell(holdLock(14));
    const hasty = set({ hello: "*", tree: "*", sl: "*" }, { lockTimeoutSec: 3 });
    await expect(host.apply(packageSet, hasty)).rejects.toThrow(/control: apt is in use by process \d+ \(perl\)/);
    await host.shell("while pgrep -x perl; do sleep 0.5; done >/dev/null");
  });

  test("waits for others that refresh the package lists, and names them after the time allowed", async () => {
    const lists = "/var/lib/apt/lists";
    const lock = (seconds: number) => `rm -f ${lists}/*_Packages*; ${holdLock(seconds, `${lists}/lock`)}`;
    await host.shell(lock(8));
    await host.apply(packageSet, set({ hello: "*", tree: "*", cowsay: "*", ed: "*" }));
    expect(host.progress).toContain("waiting for another program that uses apt");

    await host.shell(lock(14));
    const hasty = set({ hello: "*", tree: "*", xxd: "*" }, { lockTimeoutSec: 3 });
    await expect(host.apply(packageSet, hasty)).rejects.toThrow(/control: apt is in use by process \d+ \(perl\)/);
    await host.shell("while pgrep -x perl; do sleep 0.5; done >/dev/null");
  });

  test("sets that are wanted at the same moment share a run of apt; one that fails fails alone", async () => {
    const live = await host.connected();
    const names = { one: "ascii", two: "figlet", three: "nosuch-package" };
    const all = Object.entries(names).map(([name, one]) => packageSet.apply(live, set({ [one]: "*" }, { name })));
    const said = await Promise.allSettled(all);
    expect(said.map(({ status }) => status)).toEqual(["fulfilled", "fulfilled", "rejected"]);
    expect(await status("ascii figlet")).toBe("ii ii");
  });

  test("removes what it installed itself and no other set has: when no longer listed, and when deleted", async () => {
    await host.apply(packageSet, set({ cowsay: "*", tree: "*", "base-files": "*" }));
    expect(await status("hello")).toMatch(/^(|rc|un)$/); // dropped
    expect(await status("tree")).toBe("ii");

    await host.apply(packageSet, set({ tree: "*" }, { name: "also" }));
    for (let turn = 0; turn < 2; turn++)
      await host.remove(packageSet, set({ cowsay: "*", tree: "*", "base-files": "*" }));
    expect(await status("cowsay")).not.toBe("ii");
    expect(await status("tree")).toBe("ii"); // the other set's too
    expect(await status("base-files")).toBe("ii");
    await host.remove(packageSet, set({ tree: "*" }, { name: "also" }));
    expect(await status("tree")).not.toBe("ii"); // came with the first of them, goes with the last
    expect(await status("base-files")).toBe("ii");
  });

  test("a package that moves from one set to another in one run goes with the other", async () => {
    const [from, to] = [{ name: "from" }, { name: "to" }];
    await host.apply(packageSet, set({ cowsay: "*", tree: "*" }, from));
    await host.apply(packageSet, set({ tree: "*" }, to));
    const live = await host.connected();
    await Promise.all([
      packageSet.apply(live, set({ tree: "*" }, from)),
      packageSet.apply(live, set({ cowsay: "*", tree: "*" }, to)),
    ]);
    expect(await status("cowsay tree")).toBe("ii ii");
    for (const name of [from, to]) await host.remove(packageSet, set({ tree: "*" }, name));
    expect(await status("cowsay")).not.toBe("ii");
    expect(await status("tree")).not.toBe("ii");
  });

  test("what came only as a dependency is marked as asked for, and is one again after a delete", async () => {
    await host.shell("apt-get -q -y install toilet >/dev/null");
    const desired = set({ libcaca0: "*" }, { name: "library" });
    expect(await host.drifted(packageSet, desired)).toEqual(["packages.libcaca0"]);
    await host.apply(packageSet, desired);
    expect(await host.drifted(packageSet, desired)).toEqual([]);
    await host.shell("apt-get -q -y remove toilet && apt-get -q -y autoremove");
    expect(await status("libcaca0")).toBe("ii");
    await host.remove(packageSet, desired);
    expect(await host.shell("apt-mark showauto libcaca0")).toBe("libcaca0");
  });

  test("an exact version is held against upgrades of others, and not against its own", async () => {
    await host.shell(repository);
    const exact = (version: string) => set({ "gw-exact": version }, { name: "exact" });
    const live = () => host.shell(`dpkg-query -W -f='\${db:Status-Abbrev}\${Version}' gw-exact`);
    await host.apply(packageSet, exact("1"));
    expect(await host.shell("apt-get -q -y upgrade >/dev/null; apt-mark showhold")).toBe("gw-exact");
    expect([await live(), await host.drifted(packageSet, exact("1"))]).toEqual(["hi 1", []]);
    await host.shell("apt-mark unhold gw-exact");
    expect(await host.drifted(packageSet, exact("1"))).toEqual(['packages["gw-exact"]']);
    await host.apply(packageSet, exact("1"));
    await host.apply(packageSet, exact("2"));
    expect(await live()).toBe("hi 2");
    await host.apply(packageSet, exact("1"));
    expect(await live()).toBe("hi 1");
    await host.apply(packageSet, exact("*"));
    expect(await live()).toBe("ii 1");
    await host.apply(packageSet, exact("1"));
    await host.remove(packageSet, exact("1"));
    expect(await status("gw-exact")).toMatch(/^(|un)$/);
  });

  test("keeps what others need", async () => {
    const library = set({ libncurses6: "*" }, { name: "library" });
    await host.apply(packageSet, library);
    await host.shell("apt-get -q -y install sl >/dev/null");
    await host.remove(packageSet, library);
    expect(host.progress.join("\n")).toContain("keeps libncurses6, which others need: sl");
    expect(await status("libncurses6 sl")).toBe("ii ii");
  });

  test("is imported by its name", async () => {
    const imported = { host: "control", ...packageSet.identify("two") };
    expect(await packageSet.read(await host.connected(), imported, true)).toMatchObject({ packages: { figlet: "*" } });
  });
});

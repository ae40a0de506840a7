import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";

import packageSet from "../../../src/provider/resources/package-set.ts";
import type { Values } from "../../../src/provider/values.ts";
import { packageSetSchema } from "../../../src/schemas/package-set.ts";
import { canRunLab, whyNoLab } from "../../support/lab.ts";
import { type Machine, machine } from "../../support/machine.ts";

const set = (packages: Record<string, string>, values: Values = {}): Values =>
  packageSetSchema.inputs.parse({ host: "mac", name: "set", packages, ...values });
const hello = (version: string): Values => set({ hello: version });

describe.skipIf(!canRunLab)(`PackageSet on a Mac-like lab host ${whyNoLab && `(skipped: ${whyNoLab})`}`, () => {
  let host: Machine;
  beforeAll(async () => {
    host = await machine("test-user-mac", "mac", "mac");
    await host.reset();
  });
  afterAll(() => host?.close());
  beforeEach(async () => {
    await host.remove(packageSet, hello("*"));
    for (const words of ["unpin hello tree", "uninstall hello", "uninstall tree"]) await brew(`${words} || :`);
  });

  const brew = (words: string): Promise<string> =>
    host.shell(`sudo -n -H -u operator /opt/homebrew/bin/brew ${words} 2>/dev/null`);
  const pinned = (): Promise<string> => brew("list --pinned --versions");
  /** As if the keg had been poured at another time. */
  const becomes = (name: string, from: string, to: string): Promise<string> =>
    host.shell(`cd /opt/homebrew && mv Cellar/${name}/${from} Cellar/${name}/${to}
      ln -sfn ../Cellar/${name}/${to} opt/${name}`);

  test("an older formula is upgraded to the exact version that Homebrew offers, and to no other", async () => {
    await host.apply(packageSet, hello("2.10"));
    await host.shell("mv /opt/homebrew/Cellar/hello/2.10 /opt/homebrew/Cellar/hello/2.9");
    expect(await host.drifted(packageSet, hello("2.10"))).toEqual(["packages.hello"]);
    await expect(host.apply(packageSet, hello("2.11"))).rejects.toThrow(
      /^mac: Homebrew offers hello 2.10, not 2.11: .* Declare that one, '\*', or/,
    );
    await host.apply(packageSet, hello("2.10"));
    expect(await host.drifted(packageSet, hello("2.10"))).toEqual([]);
    await host.remove(packageSet, hello("2.10"));
  });

  test("an exact version is pinned until it is no longer declared; who unpins it is found and put right", async () => {
    await host.apply(packageSet, hello("2.10"));
    expect(await pinned()).toBe("hello 2.10");
    await brew("unpin hello");
    expect(await host.drifted(packageSet, hello("2.10"))).toEqual(["packages.hello"]);
    expect(await host.read(packageSet, hello("2.10"))).toMatchObject({ packages: { hello: "2.10 (not held)" } });
    await host.apply(packageSet, hello("2.10"));
    expect([await pinned(), await host.drifted(packageSet, hello("2.10"))]).toEqual(["hello 2.10", []]);
    await host.apply(packageSet, hello("*"));
    expect([await pinned(), await brew("list --versions hello")]).toEqual(["", "hello 2.10"]);
    await host.apply(packageSet, hello("2.10"));
    await host.remove(packageSet, hello("2.10"));
    expect(await brew("list --versions")).not.toContain("hello");
  });

  test("an exact version that is there already is only pinned, whichever Homebrew offers by now", async () => {
    await brew("install hello");
    await becomes("hello", "2.10", "2.9");
    expect(await host.drifted(packageSet, hello("2.9"))).toEqual(["packages.hello"]);
    await host.apply(packageSet, hello("2.9"));
    expect([await pinned(), await host.drifted(packageSet, hello("2.9"))]).toEqual(["hello 2.9", []]);
    await host.remove(packageSet, hello("2.9"));
    expect([await pinned(), await brew("list --versions hello")]).toEqual(["", "hello 2.9"]);
  });

  test("what somebody else pinned stays pinned, also where an upgrade fails", async () => {
    await brew("install hello");
    await becomes("hello", "2.10", "2.9");
    await brew("pin hello");
    const lock = "/opt/homebrew/var/homebrew/locks/hello.formula.lock";
    await host.shell(`sudo -u operator python3 -c "import fcntl, time
held = open('${lock}', 'w'); fcntl.flock(held, fcntl.LOCK_EX); time.sleep(60)" >/dev/null 2>&1 & echo $! >/tmp/holder; sleep 1`);
    const hasty = set({ hello: "2.10" }, { lockTimeoutSec: 0 });
    await expect(host.apply(packageSet, hasty)).rejects.toThrow(/^mac: Homebrew is in use by brew .*hello/);
    expect(await pinned()).toBe("hello 2.9");
    await host.shell("kill $(cat /tmp/holder)");
    await host.apply(packageSet, hello("2.10"));
    expect(await pinned()).toBe("hello 2.10");
    await host.apply(packageSet, hello("*"));
    await host.remove(packageSet, hello("*"));
    expect(await pinned()).toBe("hello 2.10");
  });

  test("a revision is the version that is asked for, and exact where it is asked for too", async () => {
    const version = JSON.parse(await brew("info --json=v2 tree")).formulae[0].versions.stable;
    const tree = (revision: string) => set({ tree: `${version}${revision}` });
    await host.apply(packageSet, tree(""));
    expect([await pinned(), await host.drifted(packageSet, tree(""))]).toEqual([`tree ${version}_1`, []]);
    expect(await host.drifted(packageSet, tree("_1"))).toEqual([]);
    expect(await host.drifted(packageSet, tree("_2"))).toEqual(["packages.tree"]);
    await expect(host.apply(packageSet, tree("_2"))).rejects.toThrow(
      `mac: Homebrew offers tree ${version}_1, not ${version}_2: `,
    );
    await brew("unpin tree");
    await becomes("tree", `${version}_1`, version);
    await host.apply(packageSet, tree(""));
    expect(await pinned()).toBe(`tree ${version}`); // a new revision is no reason to touch it
    await host.apply(packageSet, tree("_1"));
    expect([await pinned(), await host.drifted(packageSet, tree("_1"))]).toEqual([`tree ${version}_1`, []]);
    await host.remove(packageSet, tree("_1"));
  });

  test("a cask of an exact version is pinned as a formula is", async () => {
    const greeter = (version: string) => set({ "cask:greeter": version });
    await host.apply(packageSet, greeter("1.2,34"));
    expect([await pinned(), await host.drifted(packageSet, greeter("1.2,34"))]).toEqual(["greeter 1.2,34", []]);
    await brew("unpin --cask greeter");
    expect(await host.drifted(packageSet, greeter("1.2,34"))).toEqual(['packages["cask:greeter"]']);
    await host.apply(packageSet, greeter("1.2,34"));
    expect(await pinned()).toBe("greeter 1.2,34");
    await host.apply(packageSet, greeter("*"));
    expect(await pinned()).toBe("");
    await host.apply(packageSet, greeter("1.2,34"));
    await host.remove(packageSet, greeter("1.2,34"));
    expect(await brew("list --cask")).toBe("");
  });
});

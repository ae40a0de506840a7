import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { canRunLab, startLab, type TestLab, whyNoLab } from "../support/lab.ts";

describe.skipIf(!canRunLab)(`Mac-like host: brew ${whyNoLab}`, () => {
  let lab: TestLab;
  const brew = (...words: string[]) =>
    lab.run("mac", ["sudo", "-n", "-H", "-u", "operator", "/opt/homebrew/bin/brew", ...words]);
  beforeAll(async () => {
    lab = await startLab("test-mac-brew", { hosts: ["mac"], system: "mac" });
    await lab.reset("mac");
  });
  afterAll(() => lab.stop());

  test("it refuses root with Homebrew's words", async () => {
    expect(await lab.run("mac", ["/opt/homebrew/bin/brew", "install", "hello"])).toMatchObject({
      exitCode: 1,
      stderr: expect.stringMatching(
        /^Error: Running Homebrew as root is extremely dangerous and no longer supported\./,
      ),
    });
  });

  test("it installs a program for real, pins it, and takes it away", async () => {
    expect(await brew("install", "hello")).toMatchObject({ exitCode: 0 });
    expect((await lab.run("mac", ["/opt/homebrew/opt/hello/bin/hello"])).stdout).toBe("Hello, world!");
    expect((await brew("pin", "hello")).exitCode).toBe(0);
    const { stdout } = await brew("info", "--json=v2", "--installed");
    expect(JSON.parse(stdout).formulae).toMatchObject([
      { name: "hello", pinned: true, installed: [{ version: "2.10" }] },
    ]);
    expect((await brew("install", "hello")).stderr).toMatch(/already installed and up-to-date/);
    await brew("unpin", "hello");
    expect((await brew("uninstall", "hello")).exitCode).toBe(0);
    expect(await brew("list", "--versions", "hello")).toMatchObject({ exitCode: 1, stdout: "" });
    expect((await lab.run("mac", ["ls", "/opt/homebrew/bin"])).stdout).toBe("brew");
  });

  test("what is pinned is neither upgraded nor removed, and is listed, until it is unpinned", async () => {
    const said = async (...words: string[]) => {
      const { exitCode, stdout, stderr } = await brew(...words);
      return [exitCode, stdout, stderr];
    };
    expect(await said("pin", "hello")).toEqual([1, "", "Error: hello not installed"]);
    expect(await said("unpin", "hello")).toEqual([0, "", "Error: hello not installed"]);
    await brew("install", "hello");
    await brew("install", "tree");
    await lab.run("mac", ["mv", "/opt/homebrew/Cellar/hello/2.10", "/opt/homebrew/Cellar/hello/2.9"]);
    expect(await said("list", "--pinned")).toEqual([0, "", ""]);
    expect(await said("pin", "hello")).toEqual([0, "", ""]);
    expect(await said("pin", "hello")).toEqual([0, "", "Warning: hello already pinned"]);
    expect(await said("list", "--pinned")).toEqual([0, "hello", ""]);
    expect(await said("list", "--pinned", "--versions", "hello", "tree")).toEqual([
      ...[0, "hello 2.9", "Warning: tree not pinned"],
    ]);
    const link = await lab.run("mac", ["readlink", "/opt/homebrew/var/homebrew/pinned/hello"]);
    expect(link.stdout).toBe("../../../Cellar/hello/2.9");
    expect(await said("upgrade")).toEqual([0, "hello 2.10", "Warning: Not upgrading 1 pinned package:"]);
    expect(await said("upgrade", "hello")).toEqual([1, "hello 2.10", "Error: Not upgrading 1 pinned package:"]);
    expect(await said("uninstall", "hello")).toEqual([
      ...[0, "", "Error: hello is pinned. You must unpin it to uninstall."],
    ]);
    expect(await said("unpin", "hello")).toEqual([0, "", ""]);
    expect(await said("unpin", "hello")).toEqual([0, "", "Warning: hello not pinned"]);
    expect((await lab.run("mac", ["ls", "/opt/homebrew/var/homebrew"])).stdout).not.toContain("pinned");
    expect((await brew("upgrade", "hello")).exitCode).toBe(0);
    expect((await brew("uninstall", "hello", "tree")).exitCode).toBe(0);
  });

  test("a cask is pinned as a formula is, by its own option", async () => {
    expect((await brew("install", "--cask", "greeter")).exitCode).toBe(0);
    expect((await lab.run("mac", ["/opt/homebrew/bin/greeter"])).stdout).toBe("greeter 1.2,34");
    expect((await brew("pin", "greeter")).stderr).toBe('Error: No available formula with the name "greeter".');
    expect((await brew("pin", "--cask", "greeter")).exitCode).toBe(0);
    expect((await brew("list", "--pinned", "--versions")).stdout).toBe("greeter 1.2,34");
    const { stdout } = await brew("info", "--json=v2", "--installed");
    expect(JSON.parse(stdout).casks).toMatchObject([{ token: "greeter", installed: "1.2,34", pinned: true }]);
    expect((await brew("uninstall", "--cask", "greeter")).stderr).toMatch(/^Error: greeter is pinned\. You must unpin/);
    expect((await brew("unpin", "--cask", "greeter")).exitCode).toBe(0);
    expect((await brew("uninstall", "--cask", "greeter")).exitCode).toBe(0);
    expect((await brew("list", "--versions", "--cask", "greeter")).exitCode).toBe(1);
  });

  test("a formula with a revision: its version without it, its keg with it", async () => {
    await brew("install", "tree");
    const [{ versions, revision, installed, outdated }] = JSON.parse(
      (await brew("info", "--json=v2", "tree")).stdout,
    ).formulae;
    expect([revision, outdated, installed[0].version]).toEqual([1, false, `${versions.stable}_1`]);
    await brew("uninstall", "tree");
  });

  test("a keg that is older than its formula is outdated, and upgraded", async () => {
    expect((await brew("install", "hello")).exitCode).toBe(0);
    const older = "/opt/homebrew/Cellar/hello/2.9";
    await lab.run("mac", ["mv", "/opt/homebrew/Cellar/hello/2.10", older]);
    expect((await brew("info", "hello")).stdout).toMatch(/^==> hello: 2\.9 → stable 2\.10 \(bottled\)/);
    expect((await brew("upgrade", "hello")).exitCode).toBe(0);
    expect((await brew("list", "--versions", "hello")).stdout).toBe("hello 2.10");
    expect((await brew("uninstall", "hello")).exitCode).toBe(0);
  });

  test("a keg that holds what is not its owner's cannot be removed", async () => {
    await brew("install", "hello");
    const keg = "/opt/homebrew/Cellar/hello/2.10";
    await lab.run("mac", ["mkdir", `${keg}/lib`]);
    expect((await brew("uninstall", "hello")).stderr).toContain(
      `Error: Could not remove hello keg! Do so manually:\n  sudo rm -rf ${keg}`,
    );
    await lab.run("mac", ["rmdir", `${keg}/lib`]);
    expect((await brew("uninstall", "hello")).exitCode).toBe(0);
  });

  test("what it does not know, and what another run holds, is an error", async () => {
    expect((await brew("install", "nope")).stderr).toBe('Error: No available formula with the name "nope".');
    const holder = `import fcntl, time; file = open('/opt/homebrew/var/homebrew/locks/tree.formula.lock', 'w'); fcntl.flock(file, 2); print('held', flush=True); time.sleep(5)`;
    await lab.run("mac", ["sudo", "-u", "operator", "sh", "-c", `python3 -c "${holder}" >/tmp/held 2>&1 & sleep 1`]);
    expect((await brew("install", "tree")).stderr).toMatch(/process has already locked \/opt\/homebrew\/Cellar\/tree/);
  });
});

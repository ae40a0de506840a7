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
    expect((await brew("uninstall", "hello")).exitCode).toBe(0);
    expect(await brew("list", "--versions", "hello")).toMatchObject({ exitCode: 1, stdout: "" });
    expect((await lab.run("mac", ["ls", "/opt/homebrew/bin"])).stdout).toBe("brew");
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

import { mkdir, mkdtemp, readdir, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";

import { execa } from "execa";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { cliOrigin, cliPath, root, versions } from "../../tools/toolchain/places.ts";

let folder: string;
let home: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "groundwork-setup-"));
  home = path.join(folder, "home");
  await mkdir(path.join(folder, "bin"));
  await symlink(process.execPath, path.join(folder, "bin/node"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const groundwork = (env: Record<string, string>, ...args: string[]) =>
  execa(path.join(root, "bin/groundwork"), args, { env: { PULUMI_HOME: home, ...env }, reject: false });
const program = (name: string, script: string) =>
  writeFile(path.join(folder, "bin", name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
const onlyOwn = () => ({ PATH: `${folder}/bin:/bin` });

/** As a build that ended long ago leaves it. */
async function builtCli() {
  const bin = path.join(home, "versions", versions.pulumi, "bin");
  await mkdir(bin, { recursive: true });
  await symlink(cliPath(), path.join(bin, "pulumi"));
  return bin;
}

describe.skipIf(cliOrigin() !== "ours")("without Pulumi's download (skipped where the CLI is the official one)", () => {
  test("a built CLI gets language host and plugins, and a second setup touches nothing", async () => {
    const bin = await builtCli();
    const first = await groundwork({}, "setup");
    expect(first).toMatchObject({ exitCode: 0, stderr: "" });
    expect(first.stdout).toMatch(
      /built from its Go module.*language host \(groundwork's\).*random plugin 4\.21\.2 \(groundwork's\), command plugin 1\.2\.1 \(groundwork's\)/,
    );
    expect(await readdir(bin)).toEqual(["pulumi", "pulumi-language-nodejs"]);
    expect(await readdir(path.join(home, "plugins"))).toEqual([
      `resource-command-v${versions.command}`,
      `resource-random-v${versions.random}`,
    ]);

    const stamps = () => execa("find", [home, "-type", "f", "-printf", "%p %T@\n"]).then(({ stdout }) => stdout);
    const before = await stamps();
    await groundwork({}, "setup");
    expect(await stamps()).toBe(before);
  });

  test("without Go it says what to install, and leaves nothing", async () => {
    const { exitCode, stderr } = await groundwork(onlyOwn(), "setup");
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/get\.pulumi\.com is out of reach and `go` is not in PATH\. Install Go 1\.26 or newer/);
    expect((await groundwork({}, "doctor")).stdout).toMatch(/MISSING Pulumi CLI/);
  });

  test("a build that fails shows Go's answer, and leaves no CLI", async () => {
    await program("go", 'test "$1" = build || exit 0\necho "go: no space left on device" >&2; exit 1');
    const { exitCode, stderr } = await groundwork(onlyOwn(), "setup");
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/`go build` of the Pulumi CLI failed[\s\S]*no space left on device[\s\S]*3 GB of disk/);
    expect(await readdir(path.join(home, "versions", versions.pulumi, "bin"))).toEqual([]);
  });

  test("a build that was killed leaves no CLI, and the next one clears up after it", async () => {
    const bin = path.join(home, "versions", versions.pulumi, "bin");
    await mkdir(bin, { recursive: true });
    await writeFile(path.join(bin, "pulumi.999999999.part"), "half");
    await program(
      "go",
      'for word; do case "$previous" in -o) echo "#!/bin/sh" >"$word"; chmod +x "$word";; esac; previous=$word; done',
    );
    expect((await groundwork({ PATH: `${folder}/bin:${process.env["PATH"]}` }, "setup")).exitCode).toBe(0);
    expect(await readdir(bin)).toEqual(["pulumi", "pulumi-language-nodejs"]);
  });
});

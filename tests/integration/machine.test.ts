// What a machine must be, asked by the provider at preview: on a Mac-like lab host (a double of macOS).
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { canRunLab, startLab, type TestLab, whyNoLab } from "../support/lab.ts";
import { type Project, startProject } from "../support/project.ts";
import { script } from "../support/script.ts";

describe.skipIf(!canRunLab)(`the machine behind a host ${whyNoLab && `(skipped: ${whyNoLab})`}`, () => {
  let lab: TestLab;
  let project: Project;

  beforeAll(async () => {
    lab = await startLab("test-machine-checks", { hosts: ["mini"], system: "mac" });
    project = await startProject();
  });
  afterAll(async () => {
    await project?.remove();
    await lab?.stop();
  });

  const declare = (args: object, offline = false) =>
    project.declare({
      hosts: { mini: { platform: "darwin", address: "mini", user: "root", sshConfig: lab.sshConfig } },
      offline,
      resources: [{ type: "groundwork:posix:Machine", name: "mini", args: { host: "mini", ...args } }],
    });

  const shell = (text: string) => script(lab.run, "mini", text);

  test("MM-30: FileVault on a machine that nobody is at is a warning, and only there", async () => {
    await shell("mkdir -p /private/var/db/mac-like; touch /private/var/db/mac-like/filevault");
    await declare({ unattended: true });
    const { output } = await project.succeed(["preview"]);
    expect(output).toMatch(/warning: mini: MM-30 FileVault is on: .* waits for a password before anything starts/);
    await declare({});
    expect((await project.succeed(["preview"])).output).not.toContain("MM-30");
    await shell("rm /private/var/db/mac-like/filevault");
    await declare({ unattended: true });
    expect((await project.succeed(["preview"])).output).not.toContain("MM-30");
  });

  test("MM-14: Homebrew that belongs to root ends the preview", async () => {
    const brew = "/opt/homebrew/bin/brew";
    await declare({});
    expect((await project.succeed(["preview"])).output).not.toContain("MM-14");
    await shell(`stat -f %Su ${brew} >/tmp/owner; chown root ${brew}`);
    const { exitCode, output } = await project.pulumi(["preview"]);
    await shell(`chown "$(cat /tmp/owner)" ${brew}; rm /tmp/owner`);
    expect(exitCode).not.toBe(0);
    expect(output).toMatch(
      /error: .*mini: MM-14 Homebrew belongs to root, .*sudo chown -R ACCOUNT:admin \/opt\/homebrew/s,
    );
  });

  test("what it is not shows at preview: errors end it, warnings do not, offline asks nothing", async () => {
    await declare({ systemVersion: "99", freeDiskGiB: 1_000_000 });
    const refused = await project.pulumi(["preview"]);
    expect(refused.exitCode).not.toBe(0);
    expect(refused.output).toMatch(/mini: runs version 15[.\d]*, and needs 99/);
    expect(refused.output).toMatch(/mini: has [.\d]+ GiB free, and needs 1000000/);

    await declare({ memoryGiB: 4096, chip: "M99" });
    const warned = await project.succeed(["preview"]);
    expect(warned.output).toMatch(/mini: MM-22 has [.\d]+ GiB of memory, and 4096 are declared/);
    expect(warned.output).toMatch(/mini: MM-22 is an .*, and M99 is declared/);
    const applied = await project.pulumi(["up", "--yes", "--skip-preview"]);
    expect(applied.exitCode).not.toBe(0);
    expect(applied.output).toContain("nothing is set up for less");

    await declare({ systemVersion: "99", memoryGiB: 4096 }, true);
    expect((await project.succeed(["preview"])).output).toContain("offline: no host is contacted");
  });
});

// Connections are no part of a resource, but the engine keeps them: a run reads with those of the last one first.
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { canRunLab, startLab, type TestLab, whyNoLab } from "../support/lab.ts";
import { type Project, startProject } from "../support/project.ts";

const up = ["up", "--yes", "--skip-preview"];

describe.skipIf(!canRunLab)(canRunLab ? "changed connections" : `changed connections (skipped: ${whyNoLab})`, () => {
  let lab: TestLab;
  let project: Project;

  beforeAll(async () => {
    lab = await startLab("test-moved", { hosts: ["storage"] });
    project = await startProject();
  });
  afterAll(async () => {
    await project?.remove();
    await lab?.stop();
  });

  const connection = (change: object = {}) =>
    ({ platform: "debian", address: "storage", user: "root", sshConfig: lab.sshConfig, ...change }) as const;
  const fileOn = (host: string) => ({
    type: "groundwork:posix:File",
    name: host,
    args: { host, path: `/root/${host}`, content: "here\n" },
  });

  test("a host that is new to the configuration is reached in the same run", async () => {
    await project.declare({ hosts: { storage: connection() }, resources: [fileOn("storage")] });
    await project.succeed(up);
    await project.declare({
      hosts: { storage: connection(), second: connection() },
      resources: [fileOn("storage"), fileOn("second")],
    });
    await project.succeed(up);
    expect((await lab.run("storage", ["cat", "/root/second"])).stdout).toBe("here");
  });

  test("a new connection changes no resource", async () => {
    const hosts = { storage: connection({ connectTimeoutSec: 7 }), second: connection() };
    await project.declare({ hosts, resources: [fileOn("storage"), fileOn("second")] });
    expect((await project.succeed([...up, "--diff"])).output).not.toMatch(/groundwork:posix:File/);
  });

  const dead = () => connection({ address: lab.address("storage").replace(/\d+$/, "250"), connectTimeoutSec: 1 });

  test("a recorded address that is dead is left behind by `--refresh --run-program`", async () => {
    const resources = [fileOn("storage"), fileOn("second")];
    await project.declare({ hosts: { storage: dead(), second: connection() }, resources });
    await project.succeed(up);
    await project.declare({ hosts: { storage: connection(), second: connection() }, resources });
    expect((await project.pulumi(up)).exitCode).not.toBe(0);
    await project.succeed([...up, "--refresh", "--run-program"]);
    expect((await project.succeed([...up, "--expect-no-changes"])).output).toContain("unchanged");
  });

  test("a host that is missing while resources name it is refused", async () => {
    await project.declare({ hosts: { storage: connection() }, resources: [fileOn("storage"), fileOn("second")] });
    const { exitCode, output } = await project.pulumi(["preview"]);
    expect(exitCode).not.toBe(0);
    expect(output).toContain("second: no such host in the provider's `hosts`; there are: storage");
    expect(output).toContain("warning: second is no longer a host: what is recorded of it will be forgotten");
  });

  test("one that is taken out is let go, also after a run that failed half-way; what is there stays", async () => {
    const failing = {
      type: "groundwork:posix:Exec",
      name: "failing",
      args: { host: "storage", name: "failing", check: ["false"], command: ["false"] },
    };
    await project.declare({ hosts: { storage: connection() }, resources: [fileOn("storage"), failing] });
    expect((await project.pulumi(up)).exitCode).not.toBe(0);
    await project.declare({ hosts: { storage: connection() }, resources: [fileOn("storage")] });
    const preview = await project.succeed(["preview"]);
    expect(preview.output).toMatch(/unknown, not read: second: no such host .* `up` forgets what was there/);
    const { output } = await project.succeed(up);
    expect(output).toContain(
      "warning: second/file//root/second forgotten: second is no longer a host of the configuration",
    );
    expect((await lab.run("storage", ["cat", "/root/second"])).stdout).toBe("here");
    await project.succeed(["preview", "--expect-no-changes"]);
  });

  test("one under another name adopts what is there", async () => {
    const renamed = { ...fileOn("storage"), args: { ...fileOn("storage").args, host: "renamed" } };
    await project.declare({ hosts: { renamed: connection() }, resources: [renamed] });
    expect((await project.succeed(up)).output).toContain("warning: storage/file//root/storage forgotten");
    expect((await lab.run("storage", ["cat", "/root/storage"])).stdout).toBe("here");
    await project.succeed(["preview", "--expect-no-changes"]);
  });

  test("one that died is let go by `--refresh --run-program`", async () => {
    await project.declare({ hosts: { second: connection() }, resources: [fileOn("second")] });
    await project.succeed(up);
    await project.declare({ hosts: { second: dead() }, resources: [fileOn("second")] });
    await project.succeed(up);
    await project.declare({ hosts: {}, resources: [] });
    expect((await project.pulumi(up)).exitCode).not.toBe(0);
    expect((await project.succeed([...up, "--refresh", "--run-program"])).output).toContain("second forgotten");
    expect(await project.resources()).toEqual([]);
  });
});

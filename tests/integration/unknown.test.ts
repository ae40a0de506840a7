// What cannot be looked at is never in sync: a role of a server that stands still, a check that knows no answer.
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { canRunLab, whyNoLab } from "../support/lab.ts";
import { postgresBase } from "../support/postgres.ts";
import { type Project, startProject } from "../support/project.ts";
import { type FaultHost, faultHost, file, host } from "./fault-host.ts";

describe.skipIf(!canRunLab)(`what cannot be looked at ${whyNoLab && `(skipped: ${whyNoLab})`}`, () => {
  let machine: FaultHost;
  let project: Project;

  beforeAll(async () => {
    machine = await faultHost("test-unknown", await postgresBase());
    project = await startProject();
    const role = { type: "groundwork:postgres:Role", name: "role", args: { host, name: "app" } };
    await project.declare({ hosts: machine.hosts, resources: [role] });
    await project.succeed(["up", "--yes", "--skip-preview"]);
    await machine.shell("systemctl stop postgresql@17-main");
  });
  afterAll(async () => {
    await project?.remove();
    await machine?.lab.stop();
  });

  test.each([
    "preview --expect-no-changes",
    "refresh --preview-only --expect-no-changes",
    "refresh --yes --skip-preview --expect-no-changes",
  ])("is a change for `pulumi %s`, which says why", async (command) => {
    const { exitCode, output } = await project.pulumi(command.split(" "));
    expect(output).toMatch(/role .*\[diff: [+-]unread\]/);
    expect(output).toContain("unknown, not read: faults: no PostgreSQL answers");
    expect(exitCode, output).toBe(7);
  });

  test("once it can be looked at, nothing is left of that", async () => {
    expect((await project.resources())[0]?.outputs).toHaveProperty("unread");
    await machine.shell("systemctl start postgresql@17-main");
    await project.succeed(["preview", "--expect-no-changes"]);
    await project.succeed(["up", "--yes", "--skip-preview"]);
    expect((await project.resources())[0]?.outputs).not.toHaveProperty("unread");
  });

  test("`up` mends what kept a check from its answer, and asks it again", async () => {
    const client = file("client", "/srv/client.env", "client\n");
    const check = "[ -e /srv/client.env ] || { echo no client.env; exit 2; }; test -e /srv/sealed";
    const args = { host, name: "seal", check: ["sh", "-c", check], command: ["touch", "/srv/sealed"] };
    const seal = { type: "groundwork:posix:Exec", name: "seal", args, after: ["client"] };
    await project.declare({ hosts: machine.hosts, resources: [client, seal] });
    await project.succeed(["up", "--yes", "--skip-preview"]);
    await machine.shell("rm /srv/client.env /srv/sealed");
    const { output } = await project.succeed(["preview"]);
    expect(output).toMatch(/seal .*\[diff: [+-]unread\]/);
    expect(output).toMatch(/unknown, not read: faults: its check says neither yes nor no: .* said: no client.env/);
    await project.succeed(["up", "--yes", "--skip-preview"]);
    expect(await machine.shell("ls /srv")).toBe("client.env\nsealed");
  });
});

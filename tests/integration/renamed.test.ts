// A thing of the host that only groundwork's name for it changed: the real engine makes the new one and deletes the old.
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { canRunLab, whyNoLab } from "../support/lab.ts";
import { type Project, startProject } from "../support/project.ts";
import { type FaultHost, faultHost, host } from "./fault-host.ts";

describe.skipIf(!canRunLab)(`another name for the same thing ${whyNoLab && `(skipped: ${whyNoLab})`}`, () => {
  let machine: FaultHost;
  let project: Project;

  beforeAll(async () => {
    machine = await faultHost("test-renamed");
    project = await startProject();
  });
  afterAll(async () => {
    await project?.remove();
    await machine?.lab.stop();
  });

  test("what an Exec put in place and a Configuration wrote is still there", async () => {
    const declare = (name: string) =>
      project.declare({
        hosts: machine.hosts,
        resources: [
          {
            type: "groundwork:posix:Exec",
            name: "marker",
            args: {
              host,
              name,
              check: ["test", "-e", "/srv/marker"],
              command: ["touch", "/srv/marker"],
              undo: ["rm", "/srv/marker"],
            },
          },
          {
            type: "groundwork:posix:Configuration",
            name: "conf",
            args: { host, name, files: { "/srv/conf": { content: "as declared\n" } } },
          },
        ],
      });
    await declare("first");
    await project.succeed(["up", "--yes", "--skip-preview"]);
    await declare("second");
    await project.succeed(["up", "--yes", "--skip-preview"]);
    expect(await machine.shell("cat /srv/conf; ls /srv")).toBe("as declared\nconf\nmarker");
    await project.succeed(["preview", "--expect-no-changes"]);
    await project.succeed(["destroy", "--yes", "--skip-preview"]);
    expect(await machine.shell("ls -A /srv")).toBe("");
  });
});

// Another machine at the address of a host, with its host key: nothing is written there. On a Mac-like lab host, whose every
// reset has a new serial number.
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { root } from "../../tools/toolchain/places.ts";
import { canRunLab, startLab, type TestLab, whyNoLab } from "../support/lab.ts";
import { type Project, startProject } from "../support/project.ts";

const program = `
import { readFileSync } from "node:fs";
import * as pulumi from "@pulumi/pulumi";
import { firstOnHost } from "${root}/src/components/first-on-host.ts";
import { Provider } from "${root}/src/components/provider.ts";
import { File, Machine } from "${root}/src/components/resources.ts";

const { hosts, text } = JSON.parse(readFileSync("said.json", "utf8"));
const provider = new Provider("hosts", { hosts });
firstOnHost({ mini: new Machine("mini-machine", { host: "mini" }, { provider }) });
for (const [name, path] of text ? [["changed", "/opt/changed"], ["added-" + text, "/opt/" + text]] : []) {
  new File(name, { host: name === "changed" ? "mini" : pulumi.output("mini"), path, content: text }, { provider });
}
`;

describe.skipIf(!canRunLab)(`another machine at a host's address ${whyNoLab && `(skipped: ${whyNoLab})`}`, () => {
  let lab: TestLab;
  let project: Project;
  const up = ["up", "--yes", "--skip-preview"];
  const written = async () =>
    (await lab.run("mini", ["sh", "-c", "cd /opt; ls changed one two /var/lib/groundwork 2>/dev/null"])).stdout.trim();
  const say = (text: string, more: object = {}) => {
    const mini = { platform: "darwin", address: "mini", user: "root", sshConfig: lab.sshConfig, ...more };
    return writeFile(join(project.folder, "said.json"), JSON.stringify({ hosts: { mini }, text }));
  };
  const serial = async () => {
    const { stdout, stderr, exitCode } = await lab.run("mini", ["ioreg", "-rd1", "-c", "IOPlatformExpertDevice"]);
    expect(exitCode, stderr).toBe(0);
    return /"IOPlatformSerialNumber" = "(.+)"/.exec(stdout)?.[1] ?? "";
  };

  beforeAll(async () => {
    lab = await startLab("test-other-machine", { hosts: ["mini"], system: "mac" });
    project = await startProject({ program });
  });
  afterAll(async () => {
    await project?.remove();
    await lab?.stop();
  });

  test("a pinned serial number is asked for before anything else", async () => {
    await say("one", { serialNumber: "OF-ANOTHER" });
    const { exitCode, output } = await project.pulumi(up);
    expect(exitCode).not.toBe(0);
    expect(output).toMatch(/mini: is not the machine that its connection names: .* OF-ANOTHER is wanted/);
    expect(await written()).toBe("");
  });

  test("a recorded one refuses changes, new resources and deletes, and says how to accept it", async () => {
    await say("one");
    await project.succeed(up);
    const before = await serial();
    await lab.reset("mini");
    await lab.run("mini", ["touch", "/opt/one"]); // what a delete would take
    const found = await serial();
    expect(found).not.toBe(before);

    const runs = { two: [["preview"], up], "": [[...up, "--refresh"]] };
    for (const [text, commands] of Object.entries(runs)) {
      await say(text);
      for (const command of commands) {
        const { exitCode, output } = await project.pulumi(command);
        expect(exitCode, output).not.toBe(0);
        expect(output).toContain(
          `mini: another machine answers: its serial number is ${found}, and that of this host is ${before}. Nothing was changed;`,
        );
      }
      expect(await written()).toBe("one");
    }
  });

  test("a replaced machine is accepted by its serial number, and is set up", async () => {
    await lab.run("mini", ["rm", "/opt/one"]);
    await say("two", { serialNumber: await serial() });
    await project.succeed([...up, "--refresh", "--run-program"]);
    expect(await written()).toContain("changed\ntwo");
    await project.succeed(["preview", "--expect-no-changes"]);
  });
});

// A first `up` over what is there already: it says what it took over otherwise than it was, preview or not.
import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { canRunLab, whyNoLab } from "../support/lab.ts";
import { type Project, startProject } from "../support/project.ts";
import { type FaultHost, faultHost, file, host } from "./fault-host.ts";

const title = canRunLab ? "taking over" : `taking over (skipped: ${whyNoLab})`;
describe.skipIf(!canRunLab)(title, () => {
  let machine: FaultHost;
  let project: Project;

  beforeAll(async () => {
    machine = await faultHost("test-take-over");
    await machine.shell(`
      mkdir -p /srv/over; cd /srv/over
      echo before >other; chmod 600 other; echo equal >equal; echo secret-before >secret
      echo 198.18.0.8 known >>/etc/hosts
      useradd -m -s /bin/sh person`);
    project = await startProject();
  });
  afterAll(async () => {
    await project?.remove();
    await machine?.lab.stop();
  });

  const warnings = (output: string): string[] =>
    output
      .slice(output.indexOf("Diagnostics:"))
      .split("\n")
      .filter((line) => line.includes("warning: "))
      .map((line) => line.trim())
      .sort();

  test("`up` without a preview names what it changed, without its value; what was equal, new or added is no word", async () => {
    const user = { host, name: "person", shell: "/bin/bash", home: "/home/person" };
    const entries = { known: "198.18.0.8", added: "198.18.0.9" };
    await project.declare({
      hosts: machine.hosts,
      resources: [
        file("other", "/srv/over/other", "after\n"),
        file("equal", "/srv/over/equal", "equal\n"),
        file("new", "/srv/over/new", "new\n"),
        file("secret", "/srv/over/secret", "secret-after\n", { secrets: ["content"] }),
        { type: "groundwork:posix:User", name: "person", args: user },
        { type: "groundwork:posix:HostEntries", name: "entries", args: { host, entries } },
      ],
    });
    const { output } = await project.succeed(["up", "--yes", "--skip-preview"]);
    expect(await machine.shell("cd /srv/over; cat other equal new secret; getent passwd person | cut -d: -f7")).toBe(
      "after\nequal\nnew\nsecret-after\n/bin/bash",
    );
    expect(warnings(output)).toEqual(
      [
        `warning: ${host}/file//srv/over/other already existed with other values: taken over, and changed content, mode`,
        `warning: ${host}/file//srv/over/secret already existed with other values: taken over, and changed content`,
        `warning: ${host}/user/person already existed with other values: taken over, and changed shell`,
      ].sort(),
    );
    expect(output).not.toMatch(/before|after/);
  });

  test("what a package or the installer put there is nobody's work, until somebody changes it", async () => {
    await machine.shell("echo '# by hand' >>/etc/deluser.conf; echo '# by hand' >>/etc/host.conf");
    const configuration = (name: string, path: string) => ({
      type: "groundwork:posix:Configuration",
      name,
      args: { host, name, files: { [path]: { content: "ours\n" } }, validate: ["true"] },
    });
    const entries = { [host]: "198.18.0.7", known: "198.18.0.8" };
    await project.declare({
      hosts: machine.hosts,
      resources: [
        file("shipped", "/etc/issue", "ours\n"),
        file("edited", "/etc/host.conf", "ours\n"),
        configuration("adduser", "/etc/adduser.conf"),
        configuration("deluser", "/etc/deluser.conf"),
        { type: "groundwork:posix:HostEntries", name: "entries", args: { host, entries } },
      ],
    });
    await machine.shell(`sed -i '/groundwork/d' /etc/hosts; grep -q '^127.0.1.1 ${host}' /etc/hosts`);
    const changed = [
      `${host}/configuration/deluser already existed with other values: taken over, and changed files["/etc/deluser.conf"].content`,
      `${host}/file//etc/host.conf already existed with other values: taken over, and changed content`,
    ];
    const planned = changed.map((line) =>
      line.replace("existed", "exists").replace("taken over, and changed", "`up` will take it over and change"),
    );
    expect(warnings((await project.succeed(["preview"])).output)).toEqual(planned.map((line) => `warning: ${line}`));
    const { output } = await project.succeed(["up", "--yes", "--skip-preview"]);
    expect(warnings(output)).toEqual(changed.map((line) => `warning: ${line}`));
    expect(await machine.shell(`cat /etc/issue /etc/adduser.conf; getent hosts ${host}`)).toMatch(
      /^ours\nours\n198\.18\.0\.7 /,
    );
    expect((await project.succeed(["destroy", "--yes", "--skip-preview"])).output).not.toContain("warning");
    const otherThanShipped = "dpkg --verify adduser base-files | sed -n 's|.* /etc|/etc|p' | sort";
    expect(await machine.shell(otherThanShipped)).toBe("/etc/deluser.conf\n/etc/host.conf");
  });

  test("what is gone and cannot be made the same again is told, before and when another is made", async () => {
    const args = { host, path: "/srv/over/authority", commonName: "test" };
    await project.declare({
      hosts: machine.hosts,
      resources: [
        file("equal", "/srv/over/equal", "equal\n"),
        { type: "groundwork:tls:CertificateAuthority", name: "authority", args },
      ],
    });
    expect(warnings((await project.succeed(["up", "--yes", "--skip-preview"])).output)).toEqual([]);
    await machine.shell("rm -r /srv/over/authority /srv/over/equal");
    const told = [
      `warning: ${host}/certificate-authority//srv/over/authority is gone: \`up\` makes a new one, and what trusts the previous one must be told to trust it`,
    ];
    expect(warnings((await project.succeed(["preview"])).output)).toEqual(told);
    expect(warnings((await project.succeed(["up", "--yes", "--skip-preview"])).output)).toEqual(told);
    expect(warnings((await project.succeed(["up", "--yes", "--skip-preview"])).output)).toEqual([]);
  });

  test("what is its own already is changed without a word", async () => {
    await machine.shell("echo drifted >/srv/over/equal");
    const { output } = await project.succeed(["up", "--yes", "--skip-preview"]);
    expect(await machine.shell("cat /srv/over/equal")).toBe("equal");
    expect(output).not.toContain("warning");
  });

  test("content that the program ignores stays; what a refresh recorded of another file is repaired from its source", async () => {
    const source = join(project.folder, "app");
    await writeFile(source, "version 1");
    const copied = { host, path: "/srv/over/app", source };
    await project.declare({
      hosts: machine.hosts,
      resources: [
        file("ignored", "/srv/over/ignored", "at first\n", { ignoreChanges: ["content"] }),
        { type: "groundwork:posix:File", name: "app", args: copied },
      ],
    });
    await project.succeed(["up", "--yes", "--skip-preview"]);
    await machine.shell(`cd /srv/over; printf '\\000\\377' >ignored; chmod 600 ignored; printf /etc/passwd >app`);
    await project.succeed(["refresh", "--yes", "--skip-preview"]);
    await project.succeed(["up", "--yes", "--skip-preview"]);
    expect(await machine.shell("cd /srv/over; base64 ignored; stat -c %a ignored; cat app")).toBe(
      "AP8=\n644\nversion 1",
    );
    await rm(source);
    await project.succeed(["preview", "--expect-no-changes"]);
  });
});

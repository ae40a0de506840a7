// What `pulumi import` takes over: a program of it changes nothing, or it is refused and nothing is recorded.
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { importOne } from "../support/imports.ts";
import { canRunLab, whyNoLab } from "../support/lab.ts";
import { type DeclaredResource, type Project, startProject } from "../support/project.ts";
import { type FaultHost, faultHost, host } from "./fault-host.ts";

const key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIBVJtFiUYdmIyLVeNzb4XzbSLnyxKVURLgZ4q5ZzV4gr import";

const title = canRunLab ? "pulumi import" : `pulumi import (skipped: ${whyNoLab})`;
describe.skipIf(!canRunLab)(title, () => {
  let machine: FaultHost;
  let project: Project;

  const declare = (resources: readonly DeclaredResource[]) => project.declare({ hosts: machine.hosts, resources });
  const imported = (type: string, name: string, id: string) =>
    importOne(project, { type: `groundwork:posix:${type}`, name, id: `${host}/${id}` });
  const recorded = async (name: string) =>
    (await project.resources()).find(({ urn }) => urn.endsWith(`::${name}`))?.inputs;

  beforeAll(async () => {
    machine = await faultHost("test-import");
    await machine.shell(`
      mkdir -p /srv/import; cd /srv/import
      printf 'text: ä\\n' >text; chmod 640 text; chown daemon:adm text
      printf 'a\\000b' >binary; head -c 70000 /dev/zero | tr '\\0' x >large; mkdir directory; ln -s text link; mkfifo pipe
      useradd -m -s /bin/bash -c Opened opened; echo opened:password | chpasswd
      mkdir -p ~opened/.ssh; echo '${key}' >~opened/.ssh/authorized_keys; chown -R opened: ~opened/.ssh
      useradd -m locked; useradd -m odd; sed -i "/^odd:/s,/bin/sh$,relative," /etc/passwd
      echo unheard-of >/etc/hostname; hostname unheard-of
      echo net.ipv4.ip_forward = 1 >/etc/sysctl.d/60-groundwork-net.ipv4.ip_forward.conf; sysctl -q -w net.ipv4.ip_forward=1`);
    project = await startProject();
    await declare([]);
    await project.succeed(["up", "--yes", "--skip-preview"]);
  });
  afterAll(async () => {
    await project?.remove();
    await machine?.lab.stop();
  });

  const taken: [type: string, name: string, id: string, inputs: object][] = [
    [
      "File",
      "text",
      "file//srv/import/text",
      { path: "/srv/import/text", content: "text: ä\n", mode: "0640", owner: "daemon", group: "adm" },
    ],
    [
      "Directory",
      "directory",
      "directory//srv/import/directory",
      { path: "/srv/import/directory", mode: "0755", owner: "root", group: "root", destroyOnDelete: false },
    ],
    ["Link", "link", "link//srv/import/link", { path: "/srv/import/link", target: "text" }],
    [
      "User",
      "opened",
      "user/opened",
      {
        name: "opened",
        uid: expect.any(Number),
        group: "opened",
        groups: [],
        home: "/home/opened",
        shell: "/bin/bash",
        comment: "Opened",
        authorizedKeys: [key],
        system: false,
        destroyHome: false,
      },
    ],
    ["User", "locked", "user/locked", expect.objectContaining({ name: "locked", locked: true })],
    ["User", "root", "user/root", expect.objectContaining({ name: "root", home: "/root" })],
    ["Group", "adm", "group/adm", { name: "adm", gid: 4, system: false }],
    ["Hostname", "hostname", "hostname/hostname", { hostname: "unheard-of" }],
    ["Sysctl", "forward", "sysctl/net.ipv4.ip_forward", { key: "net.ipv4.ip_forward", value: "1" }],
    [
      "Service",
      "ssh",
      "service/ssh.service",
      expect.objectContaining({ unit: "ssh.service", running: true, enabled: true }),
    ],
  ];

  test.each(taken)("%s %s: what is recorded is what the machine has, and valid", async (type, name, id, inputs) => {
    const { exitCode, output } = await imported(type, name, id);
    expect(exitCode, output).toBe(0);
    expect(output).not.toMatch(/warning|failed to validate/);
    const { __defaults: _, host: on, ...found } = (await recorded(name)) ?? {};
    expect(on).toBe(host);
    expect(found).toEqual(inputs);
  });

  test("a program of what was imported has nothing to do, and `up` with it leaves the machine as it was", async () => {
    const seen = () =>
      machine.shell(
        "cd /srv/import; ls -lR --time-style=full-iso; cat text link; getent passwd opened; getent shadow opened; hostname; cat /etc/hosts",
      );
    const before = await seen();
    const program = await Promise.all(
      taken.map(async ([type, name]) => {
        const { __defaults: _, ...args } = (await recorded(name)) ?? {};
        return { type: `groundwork:posix:${type}`, name, args };
      }),
    );
    await declare(program);
    await project.succeed(["preview", "--expect-no-changes"]);
    await project.succeed(["up", "--yes", "--skip-preview"]);
    expect(await seen()).toBe(before);
  });

  const refused: [type: string, name: string, id: string, says: RegExp][] = [
    ["File", "binary", "file//srv/import/binary", /binary holds no text.*\(3 bytes.*declare the File with `source`/],
    [
      "File",
      "large",
      "file//srv/import/large",
      /large holds .*more than 64 KiB.*\(70000 bytes.*declare the File with `source`/,
    ],
    ["File", "file-directory", "file//srv/import/directory", /is a directory, no file.*Directory/],
    ["File", "file-link", "file//srv/import/link", /is a link to text, no file.*Link/],
    ["File", "file-pipe", "file//srv/import/pipe", /is neither file, directory nor link/],
    ["Link", "link-file", "link//srv/import/text", /is a file, no link.*File/],
    ["Directory", "directory-file", "directory//srv/import/text", /is a file, no directory.*File/],
    ["User", "odd", "user/odd", /shell is "relative".*give an absolute path.*Declare/],
  ];

  test.each(refused)("%s %s: is refused, with what to do", async (type, name, id, says) => {
    const { exitCode, output } = await imported(type, name, id);
    expect(await recorded(name), output).toBeUndefined();
    expect(exitCode).not.toBe(0);
    expect(output).toMatch(new RegExp(`${host}: .*${says.source}`));
  });

  test("a File that was refused is adopted unchanged, as the refusal says", async () => {
    const source = join(project.folder, "binary");
    await writeFile(source, "a\0b");
    const seen = () => machine.shell("ls -l --time-style=full-iso /srv/import/binary; od -c /srv/import/binary");
    const before = await seen();
    await declare([
      { type: "groundwork:posix:File", name: "adopted", args: { host, path: "/srv/import/binary", source } },
    ]);
    await project.succeed(["up", "--yes", "--skip-preview", "--target", "**::adopted"]);
    expect(await recorded("adopted")).toMatchObject({ source });
    expect(await seen()).toBe(before);
  });

  test("what is one now and another after the next boot is refused", async () => {
    await machine.shell(
      "sysctl -q -w net.ipv4.tcp_syncookies=1; echo net.ipv4.tcp_syncookies = 2 >/etc/sysctl.d/60-groundwork-net.ipv4.tcp_syncookies.conf",
    );
    await machine.shell("echo other >/etc/hostname");
    const sysctl = await imported("Sysctl", "cookies", "sysctl/net.ipv4.tcp_syncookies");
    expect(sysctl.output).toMatch(/faults: .*tcp_syncookies is 1; 2 after the next boot/);
    const hostname = await imported("Hostname", "renamed", "hostname/hostname");
    expect(hostname.output).toMatch(/faults: .*hostname is "unheard-of; other after the next boot"/);
    expect([await recorded("cookies"), await recorded("renamed")]).toEqual([undefined, undefined]);
  });

  test("a Configuration is taken over whole, and refused while a file of it is no text", async () => {
    const file = "/srv/import/service.conf";
    const files = { [file]: { content: "port 7\n", mode: "0644", owner: "root", group: "root" } };
    const other = await startProject();
    try {
      await other.declare({
        hosts: machine.hosts,
        resources: [{ type: "groundwork:posix:Configuration", name: "made", args: { host, name: "made", files } }],
      });
      await other.succeed(["up", "--yes", "--skip-preview"]);
    } finally {
      await other.remove();
    }
    await machine.shell(`cp ${file} /srv/import/kept; printf 'a\\000b' >${file}`);
    const { output } = await imported("Configuration", "made", "configuration/made");
    expect(await recorded("made"), output).toBeUndefined();
    expect(output).toMatch(/faults: .*service\.conf holds no text.*declare the Configuration/);

    await machine.shell(`cp /srv/import/kept ${file}`);
    const again = await imported("Configuration", "made", "configuration/made");
    expect(again.exitCode, again.output).toBe(0);
    expect(await recorded("made")).toMatchObject({ name: "made", files });
  });
});

// A thing of the host that only groundwork's name for it changed, or nothing at all: the real engine makes the new one and
// deletes the old.
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { canRunLab, whyNoLab } from "../support/lab.ts";
import { type DeclaredResource, type Project, startProject } from "../support/project.ts";
import { type FaultHost, faultHost, file, host } from "./fault-host.ts";

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

  const up = ["up", "--yes", "--skip-preview"];
  const declare = (...resources: DeclaredResource[]) => project.declare({ hosts: machine.hosts, resources });
  const urnOf = async (name: string) =>
    (await project.resources()).find(({ urn }) => urn.endsWith(`::${name}`))?.urn ?? "";
  const directory = (name: string) => ({
    type: "groundwork:posix:Directory",
    name,
    args: { host, path: "/srv/folder", destroyOnDelete: true },
  });
  const failing = (name: string) => ({
    type: "groundwork:posix:Exec",
    name,
    args: { host, name, check: ["false"], command: ["false"] },
  });

  test("what is replaced on demand, or declared under another logical name, is still there", async () => {
    await declare(file("one", "/srv/one", "1\n"), directory("folder"));
    await project.succeed(up);
    await machine.shell("touch /srv/folder/kept");
    await project.succeed([...up, "--replace", await urnOf("one"), "--replace", await urnOf("folder")]);
    expect(await machine.shell("cd /srv; cat one; ls folder")).toBe("1\nkept");
    await declare(file("other", "/srv/one", "1\n"), directory("other-folder"));
    const { output } = await project.succeed(up);
    expect(output).toContain(`${host}/file//srv/one left alone: it belongs to groundwork:posix:File other now`);
    expect(await machine.shell("cd /srv; cat one; ls folder")).toBe("1\nkept");
    await project.succeed(["preview", "--expect-no-changes"]);
  });

  test("so it is where the run failed before it came to the delete", async () => {
    await declare(file("other", "/srv/one", "1\n"), failing("failing"));
    expect((await project.pulumi([...up, "--replace", await urnOf("other")])).exitCode).not.toBe(0);
    await declare(file("other", "/srv/one", "1\n"));
    await project.succeed(up);
    expect(await machine.shell("cat /srv/one")).toBe("1");
  });

  test("so it is where a move that failed half-way is taken back", async () => {
    await declare(file("other", "/srv/moved", "1\n"), { ...failing("failing"), after: ["other"] });
    expect((await project.pulumi(up)).exitCode).not.toBe(0);
    await declare(file("other", "/srv/one", "1\n"));
    await project.succeed(up);
    expect(await machine.shell("cd /srv; ls; cat one")).toBe("one\n1");
    await project.succeed(["preview", "--expect-no-changes"]);
  });

  test("what is replaced by a delete first is made anew", async () => {
    const replaced = { deleteBeforeReplace: true };
    await declare(file("other", "/srv/one", "1\n", replaced));
    await project.succeed(up);
    const inode = () => machine.shell("stat -c %i /srv/one");
    await machine.shell("ln /srv/one /srv/holds-the-inode");
    const before = await inode();
    await project.succeed([...up, "--replace", await urnOf("other")]);
    expect(await inode()).not.toBe(before);
    expect(await machine.shell("rm /srv/holds-the-inode; cat /srv/one")).toBe("1");
  });

  test("two files that swap their paths are there both, and so is what becomes another kind of thing", async () => {
    await declare(file("a", "/srv/a", "a\n"), file("b", "/srv/b", "b\n"));
    await project.succeed(up);
    await declare(file("a", "/srv/b", "a\n"), file("b", "/srv/a", "b\n"));
    await project.succeed(up);
    expect(await machine.shell("cd /srv; cat a b")).toBe("b\na");
    const link = { type: "groundwork:posix:Link", name: "link", args: { host, path: "/srv/a", target: "b" } };
    await declare(file("a", "/srv/b", "a\n"), link);
    await project.succeed(up);
    expect(await machine.shell("cd /srv; readlink a; cat b")).toBe("b\na");
    await declare();
    await project.succeed(up);
    expect(await machine.shell("ls -A /srv")).toBe("");
  });

  test.each([
    ["before the Configuration drops it", ["moves", "conf"], ["moves"]],
    ["meanwhile", ["conf", "moves"], []],
  ])("a path that moves from a Configuration to a File is there: %s", async (_, order, after) => {
    const conf = (paths: string[], more: object = {}) => ({
      type: "groundwork:posix:Configuration",
      name: "conf",
      args: {
        host,
        name: "conf",
        files: Object.fromEntries(paths.map((path) => [path, { content: "conf\n" }])),
        root: "/srv",
        validate: ["sleep", "1"],
      },
      ...more,
    });
    await declare(conf(["/srv/stays", "/srv/moves"]));
    await project.succeed(up);
    const both = [conf(["/srv/stays"], { after }), file("moves", "/srv/moves", "conf\n", { after })];
    await declare(...both.toSorted((one, other) => order.indexOf(one.name) - order.indexOf(other.name)));
    await project.succeed(up);
    expect(await machine.shell("cd /srv; cat stays moves")).toBe("conf\nconf");
    await declare();
    await project.succeed(up);
    expect(await machine.shell("ls -A /srv")).toBe("");
  });

  const listening = (name: string, more: object = {}) => {
    const socket = "IO::Socket::INET->new(LocalAddr => '127.0.0.1', LocalPort => 3990, Listen => 5, ReuseAddr => 1)";
    return {
      type: "groundwork:posix:Daemon",
      name: "daemon",
      args: {
        host,
        name,
        program: "/usr/bin/perl",
        arguments: ["-MIO::Socket::INET", "-e", `my $socket = ${socket} or die "port 3990: $!\\n"; sleep`],
        ...more,
      },
    };
  };

  test("a daemon that keeps its port under another name starts when the old one has let it go; undeclared, it is told how", async () => {
    const listens = [{ port: 3990 }];
    await declare(listening("api", { listens }));
    await project.succeed(up);
    await declare(listening("web", { listens }));
    await project.succeed(up);
    expect(await machine.shell("systemctl is-active web; systemctl is-active api || :")).toBe("active\ninactive");

    await declare(listening("api"));
    const { exitCode, output } = await project.pulumi(up);
    expect(exitCode).not.toBe(0);
    expect(output).toMatch(/Address already in use.*another process has its address.*stop that one and run again/s);
    await machine.shell("systemctl stop web");
    await project.succeed(up);
    expect(await machine.shell("systemctl is-active api; ls /etc/systemd/system | grep -c web || :")).toBe("active\n0");
  });
});

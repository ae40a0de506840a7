import { describe, expect, test } from "vitest";

import { platformOf } from "../../../../src/provider/platforms/index.ts";
import { answer, captured } from "./captured.ts";

const { accounts, hostname, identity, jobs, kernel, packages, records, services } = platformOf("debian");

describe("identity", () => {
  const release = captured("os-release.identity.txt");

  test("knows Debian 13", () => {
    expect(identity.parse(answer(release), ["os"]).get("os")).toEqual({
      system: "debian",
      version: "13",
      description: "Debian GNU/Linux 13 (trixie)",
    });
  });

  test.each([
    [
      "another system",
      release.replace("ID=debian", "ID=fedora").replace(/PRETTY_NAME=.*/, "PRETTY_NAME=Fedora"),
      /not Debian but Fedora/,
    ],
    ["a version too old", release.replace('VERSION_ID="13"', 'VERSION_ID="11"'), /Debian 12 or later is needed/],
    ["no answer", "", /not Debian/],
  ])("refuses %s", (_, text, message) => {
    expect(() => identity.parse(answer(text), ["os"])).toThrow(message);
  });
});

describe("packages", () => {
  const names = ["base-files", "hello", "bc", "awk", "nosuch", "tree"];
  const said = answer(captured("dpkg-query.packages.txt"), {
    exitCode: 1,
    stderr: captured("dpkg-query.packages.stderr.txt"),
  });

  test("tells installed, half-way and absent apart", () => {
    expect(Object.fromEntries(packages.installed.parse(said, names))).toEqual({
      "base-files": { version: "13.8+deb13u7", state: "installed", automatic: false, held: false },
      hello: { version: "2.10-5", state: "installed", automatic: false, held: false },
      bc: { version: "1.07.1-4", state: "unpacked, not configured", automatic: false, held: false },
      awk: undefined,
      nosuch: undefined,
      tree: undefined,
    });
  });

  test("tells what came only as a dependency, and what no upgrade takes along", () => {
    const found = packages.installed.parse(answer("auto\ty\nhi \tx\t1\nii \ty\t2\n"), ["x", "y"]);
    expect(Object.fromEntries(found)).toEqual({
      x: { version: "1", state: "installed", automatic: false, held: true },
      y: { version: "2", state: "installed", automatic: true, held: false },
    });
  });

  test.each([
    ["iF \tx\t1", "half-configured"],
    ["hi \tx\t1", "installed"],
    ["iHR\tx\t1", "must be reinstalled"],
  ])("%j is %s", (line, state) => {
    expect(packages.installed.parse(answer(`${line}\n`), ["x"]).get("x")?.state).toBe(state);
  });

  test.each([
    ["an unknown status", answer("iZ \tx\t1\n"), /status "iZ " of x is not understood/],
    ["a broken line", answer("what\n"), /said "what"/],
    ["a failure", answer("", { exitCode: 2, stderr: "dpkg-query: error: no database" }), /no database/],
  ])("refuses %s", (_, broken, message) => {
    expect(() => packages.installed.parse(broken, ["x"])).toThrow(message);
  });
});

describe("why apt failed", () => {
  const failed = (stderr: string, stdout = "") => packages.failure(answer(stdout, { exitCode: 100, stderr }));

  test("a package that does not exist", () => {
    expect(failed("E: Unable to locate package nosuch\nE: Package 'phantom' has no installation candidate\n")).toBe(
      "there is no package nosuch, phantom (the package lists are fresh); correct the name, or add the repository that has it",
    );
  });

  test("a mirror that is down", () => {
    const message = failed(
      "W: Failed to fetch http://mirror/InRelease  Could not connect\nE: Unable to locate package x",
    );
    expect(message).toContain("could not be refreshed: Failed to fetch http://mirror/InRelease");
  });

  test("a lock that is held", () => {
    const waiting =
      "Waiting for cache lock: Could not get lock /var/lib/dpkg/lock-frontend. It is held by process 136 (apt-get)...\n";
    expect(
      failed(
        "E: Unable to acquire the dpkg frontend lock (/var/lib/dpkg/lock-frontend), is another process using it?",
        waiting,
      ),
    ).toMatch(/^apt is in use by process 136 \(apt-get\), still after the time allowed; wait/);
  });

  test("a lock that is held while a package is to be held", () => {
    const said = "dpkg: error: dpkg frontend lock was locked by another process with pid 136\n";
    expect(failed(said)).toMatch(/^apt is in use by another process with pid 136, still after the time allowed/);
  });

  test("anything else, in apt's own words", () => {
    expect(
      failed(
        "dpkg: error processing package x (--configure):\nE: Sub-process /usr/bin/dpkg returned an error code (1)",
      ),
    ).toBe(
      "apt said: dpkg: error processing package x (--configure):; E: Sub-process /usr/bin/dpkg returned an error code (1)",
    );
  });
});

describe("units", () => {
  const names = ["ssh", "nosuch", "systemd-remount-fs.service", "dbus.service"];
  const said = captured("systemctl-show.units.txt");

  test("are read all at once", () => {
    const units = services.unit.parse(answer(said), names);
    expect(units.get("ssh")).toEqual({ running: true, enabled: true, needsReread: false });
    expect(units.get("nosuch")).toBeUndefined();
    expect(units.get("systemd-remount-fs.service")).toMatchObject({ enabled: "masked", running: false });
    expect(units.get("dbus.service")).toMatchObject({ enabled: undefined });
  });

  test.each([
    ["a unit too few", said, [...names, "more"], /4 units for 5/],
    ["an unknown load state", said.replace("LoadState=loaded", "LoadState=odd"), names, /ssh: LoadState odd/],
    ["an unknown file state", said.replace("=enabled", "=odd"), names, /ssh: UnitFileState odd/],
    ["a missing property", said.replace("ActiveState=active\n", ""), names, /nothing of ActiveState/],
  ])("refuse %s", (_, text, asked, message) => {
    expect(() => services.unit.parse(answer(text), asked)).toThrow(message);
  });
});

describe("accounts", () => {
  const said = captured("accounts.users.txt");

  test("have groups, lock and keys", () => {
    const users = accounts.user.parse(answer(said), ["deploy", "nobody", "nosuch"]);
    expect(users.get("deploy")).toEqual({
      uid: 1000,
      group: "deploy",
      groups: ["adm"],
      comment: "",
      home: "/home/deploy",
      shell: "/bin/sh",
      locked: true,
      authorizedKeys: ["ssh-ed25519 AAAA deploy@here"],
    });
    expect(users.get("nobody")).toMatchObject({ uid: 65534, group: "nogroup", authorizedKeys: [] });
    expect(users.get("nosuch")).toBeUndefined();
  });

  test("refuse an entry that is not understood", () => {
    expect(() =>
      accounts.user.parse(answer(said.replace("user:deploy:x:1000", "user:deploy:x:many")), ["deploy"]),
    ).toThrow(/entry of deploy is not understood/);
    expect(() => accounts.group.parse(answer("crew:x:many:\n"), ["crew"])).toThrow(/entry of crew/);
  });

  test("a group that is missing is no error of the others", () => {
    const groups = accounts.group.parse(answer("adm:x:4:deploy\n", { exitCode: 2 }), ["adm", "nosuch"]);
    expect([...groups.values()]).toEqual([{ name: "adm", gid: 4, members: ["deploy"] }, undefined]);
  });
});

const base64 = (text: string): string => Buffer.from(text).toString("base64");

describe("the rest", () => {
  test("kernel parameters, live and kept", () => {
    const line = `net.ipv4.tcp_rmem ${base64("4096\t131072\t33554432\n")} ${base64("net.ipv4.tcp_rmem = 1 2 3\n")}\na.b - -\n`;
    const parameters = kernel.parameter.parse(answer(line), ["net.ipv4.tcp_rmem", "a.b"]);
    expect(parameters.get("net.ipv4.tcp_rmem")).toEqual({ live: "4096 131072 33554432", kept: "1 2 3" });
    expect(parameters.get("a.b")).toEqual({ live: undefined, kept: undefined });
    expect(() => kernel.parameter.parse(answer("a.b\n"), ["a.b"])).toThrow(/not understood/);
  });

  test("host names", () => {
    const said = answer("live lab1\nkept lab1\nresolved lab1.example lab1\n");
    expect(hostname.names.parse(said, ["hostname"]).get("hostname")).toEqual({
      live: "lab1",
      kept: "lab1",
      resolved: ["lab1.example", "lab1"],
    });
    expect(() => hostname.names.parse(answer("kept x\n"), ["hostname"])).toThrow(/no name of its own/);
  });

  test("files of jobs", () => {
    const lines = `api api.service :${base64("[Unit]\n")}\napi environment :abc:644:0\napi override :/etc/x y.conf\n`;
    const files = jobs.files.parse(answer(lines), ["api", "none"]);
    expect(files.get("api")).toEqual({
      definition: { "api.service": "[Unit]\n" },
      environment: { digest: "abc", reader: undefined },
      overrides: ["/etc/x y.conf"],
    });
    expect(files.get("none")).toEqual({ definition: {}, environment: undefined, overrides: [] });
    expect(() => jobs.files.parse(answer("what\n"), ["api"])).toThrow(/"what"/);
  });

  test("records", () => {
    const found = records.of("x").parse(answer(`a :${base64("text\n")}\nb\n`), ["a", "b"]);
    expect([...found]).toEqual([
      ["a", "text\n"],
      ["b", undefined],
    ]);
  });
});

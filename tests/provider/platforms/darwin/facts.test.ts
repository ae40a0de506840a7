import { describe, expect, test } from "vitest";

import { platformOf } from "../../../../src/provider/platforms/index.ts";
import { answer, base64, documented } from "./documented.ts";

const { accounts, hostname, identity, kernel, machine, power } = platformOf("darwin");

describe("identity", () => {
  const said = documented("sw_vers.identity.txt");

  test("knows macOS 15", () => {
    expect(identity.parse(answer(said), ["os"]).get("os")).toEqual({
      system: "macos",
      version: "15.6.1",
      description: "macOS 15.6.1 (24G90)",
    });
  });

  test.each([
    ["another system", answer("", { exitCode: 127, stderr: "sh: sw_vers: not found" }), /is not a Mac/],
    ["a version too old", answer(said.replace("15.6.1", "12.7")), /macOS 13 or later is needed/],
    ["no version", answer("ProductName: macOS\n"), /says no version/],
  ])("refuses %s", (_, told, message) => {
    expect(() => identity.parse(told, ["os"])).toThrow(message);
  });
});

describe("accounts", () => {
  const user = documented("dscl.user.txt");
  const lines = (entry: string, keys = "") =>
    documented("dscl.groups.txt")
      .replace(/^/gm, "group:")
      .replace(/group:$/, "") +
    documented("dscl.memberships.txt")
      .replace(/^/gm, "members:")
      .replace(/members:$/, "") +
    `user:deploy:${base64(entry)}\nkeys:deploy:${base64(keys)}\n`;

  test("have groups by name, lock and keys", () => {
    const users = accounts.user.parse(answer(lines(user, "# mine\nssh-ed25519 AAAA deploy@here\n")), ["deploy", "no"]);
    expect(users.get("deploy")).toEqual({
      uid: 4321,
      group: "contract",
      groups: ["daemon", "staff"],
      comment: "Deploys things",
      home: "/Users/deploy",
      shell: "/bin/sh",
      locked: false,
      authorizedKeys: ["ssh-ed25519 AAAA deploy@here"],
    });
    expect(users.get("no")).toBeUndefined();
  });

  test("without a shadow hash no password opens one", () => {
    const locked = user.replace(/AuthenticationAuthority.*\n/, "");
    expect(accounts.user.parse(answer(lines(locked)), ["deploy"]).get("deploy")?.locked).toBe(true);
  });

  test("one that a killed run left without a number is not there yet", () => {
    const half = user.replace(/UniqueID.*\n/, "");
    expect(accounts.user.parse(answer(lines(half)), ["deploy"]).get("deploy")).toBeUndefined();
  });

  test("group 0 is wheel, and root to the program", () => {
    const groups = accounts.group.parse(answer(documented("dscl.groups.txt").replace(/^(?=.)/gm, "group:")), [
      "root",
      "wheel",
      "no",
    ]);
    expect([...groups.values()]).toEqual([{ name: "wheel", gid: 0 }, { name: "wheel", gid: 0 }, undefined]);
    expect(accounts.rootGroup).toBe("wheel");
  });

  test.each([
    ["an entry without a home", lines(user.replace(/NFSHome.*\n/, "")), /entry of deploy is not understood/],
    ["a group without a number", "group:admin many\n", /group "admin many" is not understood/],
    ["a broken line", "what\n", /"what" is not understood/],
  ])("refuse %s", (_, text, message) => {
    expect(() => accounts.user.parse(answer(text), ["deploy"])).toThrow(message);
  });

  test("a change goes setting by setting", () => {
    expect(accounts.changeUser("deploy", { uid: 7, groups: ["a", "b"] }).argv).toEqual([
      ...["gw_account_change", "deploy", "uid", "7", "groups", "a,b"],
    ]);
    expect(accounts.createUser("_api", {}, { system: true, createHome: false }).argv).toEqual([
      ...["gw_account_create", "_api", "system", "homeless", "", "", "", "", "", ""],
    ]);
  });
});

describe("the rest", () => {
  const key = "iogpu.wired_limit_mb";

  test("kernel parameters are kept by a daemon; an edited one is shown as it is", () => {
    const kept = String(kernel.keep(key, "57344").stdin);
    const parse = (file: string) =>
      kernel.parameter.parse(answer(`${key} ${base64("0\n")} ${base64(file)}\nno.such - -\n`), [key, "no.such"]);
    expect(parse(kept).get(key)).toEqual({ live: "0", kept: "57344" });
    expect(parse(kept).get("no.such")).toEqual({ live: undefined, kept: undefined });
    const edited = kept.replace("<true/>", "<false/>");
    expect(parse(edited).get(key)?.kept).toBe(edited);
    expect(String(kernel.keep("a.b", "<1> & 2").stdin)).toContain("<string>a.b=&lt;1&gt; &amp; 2</string>");
  });

  test("the three names of a Mac, together or not", () => {
    const said =
      "live mac-mini-2\nHostName mac-mini-2\nLocalHostName mac-mini-2\nComputerName mac-mini-2\nresolved localhost\nresolved mac-mini-2\n";
    const names = (text: string) => hostname.names.parse(answer(text), ["x"]).get("x");
    expect(names(said)).toEqual({ live: "mac-mini-2", kept: "mac-mini-2", resolved: ["localhost", "mac-mini-2"] });
    expect(names(said.replace("ComputerName mac-mini-2", "ComputerName Mac mini"))?.kept).toBe(
      "HostName mac-mini-2, LocalHostName mac-mini-2, ComputerName Mac mini",
    );
    expect(names(said.replace("HostName mac-mini-2", "HostName "))?.kept).toMatch(/^HostName unset, /);
  });

  test("power, on mains, whatever keeps it from taking effect", () => {
    const parse = (text: string) => power?.settings.parse(answer(text), ["x"]).get("x");
    const said = documented("pmset.custom.txt");
    const settings = { sleep: 0, disksleep: 10, displaysleep: 10, womp: true, autorestart: true, restartfreeze: true };
    expect(parse(said)).toEqual(settings);
    expect(parse(`Battery Power:\n sleep 1\n womp 0\n${said}`)).toEqual(settings);
    expect(parse(said.replace(/Restart After.*\n/, ""))).toEqual({ ...settings, restartfreeze: undefined });
    expect(() => parse("nothing\n")).toThrow(/no "AC Power:"/);
    expect(power?.set({ sleep: 0, womp: true, restartfreeze: false }).argv).toEqual([
      ...["gw_power_set", "off", "sleep", "0", "womp", "1"],
    ]);
  });

  test("Debian has no power settings", () => {
    expect(platformOf("debian").power).toBeUndefined();
  });

  test("what the machine is", () => {
    const path = "/opt/homebrew/var";
    expect(machine.parse(answer(documented("machine.txt")), [path]).get(path)).toEqual({
      systemVersion: "15.6.1",
      chip: "Apple M4 Pro",
      architecture: "arm64",
      memoryBytes: 64 * 1024 ** 3,
      serialNumber: "5MJJCCCHLN",
      freeBytes: 48639716 * 1024,
      fileVault: true,
      packageManager: { prefix: "/opt/homebrew", owner: "operator" },
      commandLineTools: true,
      fullDiskAccess: true,
    });
  });
});

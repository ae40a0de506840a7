import { describe, expect, test } from "vitest";

import { platformOf } from "../../../../src/provider/platforms/index.ts";
import { packageSetSchema } from "../../../../src/schemas/package-set.ts";
import { answer, documented } from "./documented.ts";

const { packages } = platformOf("darwin");

describe("packages of Homebrew", () => {
  const said = answer(documented("brew-info.installed.json"));

  test("by name, tap, alias and cask; the version is that of the linked keg", () => {
    const names = [
      "nginx",
      "nginx@1.29",
      "postgresql@16",
      "grafana/grafana/alloy",
      "alloy",
      "cask:docker-desktop",
      "no",
    ];
    expect([...packages.installed.parse(said, names).values()].map((found) => found?.version)).toEqual([
      ...["1.29.3", "1.29.3", "16.10_1", "1.11.0", "1.11.0", "4.43.2,199162", undefined],
    ]);
  });

  test("a pin is told, of casks where Homebrew tells it: since 5.1.12", () => {
    const names = ["nginx", "postgresql@16", "cask:docker-desktop"];
    expect([...packages.installed.parse(said, names).values()].map((found) => found?.held)).toEqual([
      ...[false, true, undefined],
    ]);
    const newer = JSON.parse(documented("brew-info.installed.json"));
    newer.casks[0].pinned = true;
    expect(packages.installed.parse(answer(JSON.stringify(newer)), names).get("cask:docker-desktop")?.held).toBe(true);
  });

  test.each([
    ["postgresql@16", "16.10", "16.10", true],
    ["postgresql@16", "16.10_1", "16.10", true],
    ["postgresql@16", "16.10_1", "16.10_1", true],
    ["postgresql@16", "16.10_1", "16.10_2", false],
    ["postgresql@16", "16.10", "16.10_1", false],
    ["postgresql@16", "16.10_1", "16.1", false],
    ["cask:tool", "2024_1", "2024", false],
  ])("of %s, %s where %s is asked for: %s", (name, version, asked, suits) => {
    expect(packages.suits(version, { name, version: asked })).toBe(suits);
  });

  test.each([
    ["an answer cut short", answer('{"formulae": ['), /not understood/],
    ["another answer", answer('{"formulae": [{}], "casks": []}'), /not understood/],
    [
      "a prefix of root's (MM-14)",
      answer("", { exitCode: 77, stderr: "Homebrew in /opt/homebrew belongs to root (MM-14): give it to" }),
      /belongs to root \(MM-14\)/,
    ],
  ])("refuses %s", (_, told, message) => {
    expect(() => packages.installed.parse(told, ["nginx"])).toThrow(message);
  });

  test("installs by name, and a version where one is wanted", () => {
    const wanted = [{ name: "postgresql@16" }, { name: "nginx", version: "1.29.3" }, { name: "cask:docker-desktop" }];
    expect(packages.install(wanted, { lockTimeoutSec: 9, recommends: false }).argv).toEqual([
      ...["gw_brew_install", "9", "postgresql@16", "nginx=1.29.3", "cask:docker-desktop"],
    ]);
  });

  test("removes, and unpins what it pinned", () => {
    const doings = { installed: ["nginx"], held: ["nginx", "hello"], automatic: [] };
    expect(packages.remove(doings, { lockTimeoutSec: 9 }).argv).toEqual([
      "gw_brew_remove",
      "9",
      "nginx hello",
      "nginx",
    ]);
  });

  test.each(["postgresql@16", "cask:docker-desktop", "grafana/grafana/alloy"])("%s can be declared", (name) => {
    expect(packageSetSchema.inputs.safeParse({ host: "mini", name: "set", packages: { [name]: "*" } }).success).toBe(
      true,
    );
  });

  test("of a cask an exact version may have commas", () => {
    const packages = { "cask:docker-desktop": "4.43.2,199162" };
    expect(packageSetSchema.inputs.safeParse({ host: "mini", name: "set", packages }).success).toBe(true);
  });

  test.each(["Nginx", "cask:", "a/b", "a/b/c/d", "--force"])("%s cannot", (name) => {
    expect(packageSetSchema.inputs.safeParse({ host: "mini", name: "set", packages: { [name]: "*" } }).success).toBe(
      false,
    );
  });
});

describe("why brew failed", () => {
  // As Homebrew 4 and 5 say it; quoted in issue reports.
  const failed = (stderr: string, exitCode = 100) => packages.failure(answer("", { exitCode, stderr }));

  test.each([
    [
      "a lock that is held",
      "Error: A `brew install node` process has already locked /opt/homebrew/Cellar/node.\nPlease wait for it to finish or terminate it to continue.\n",
      /^Homebrew is in use by brew install node, still after the time allowed; wait/,
    ],
    [
      "a name that nobody knows",
      'Error: No available formula with the name "nosuch".\n',
      /^Homebrew has no nosuch \(its lists are fresh\); correct the name/,
    ],
    [
      "a name, where the lists could not be refreshed",
      'fatal: unable to access https://github.com: Could not resolve host\nWarning: No available formula or cask with the name "new".\nError: No formulae or casks found for new.\n',
      /^Homebrew has no new \(its lists could not be refreshed: fatal: unable to access/,
    ],
    ["a cask", "Error: Cask 'nosuch' is unavailable: No Cask with this name exists.\n", /^Homebrew has no nosuch/],
    [
      "no network",
      "curl: (6) Could not resolve host: ghcr.io\nError: nginx: Failed to download resource\n",
      /^Homebrew cannot download: curl: \(6\) Could not resolve host: ghcr\.io; let this Mac/,
    ],
    [
      "an installer that wants root",
      "sudo: a terminal is required to read the password\nError: Failure while executing\n",
      /installer of this cask wants to be root/,
    ],
    ["anything else", "Warning: x\nError: odd\n", /^brew said: Error: odd$/],
  ])("%s", (_, stderr, message) => {
    expect(failed(stderr)).toMatch(message);
  });

  test("what the helper says itself is passed on", () => {
    expect(failed("Homebrew offers nginx 1.29.3, not 1.0\n", 70)).toBe("Homebrew offers nginx 1.29.3, not 1.0");
  });
});

import { expect, test } from "vitest";

import { daemonSchema } from "../../src/schemas/daemon.ts";
import { fileSchema } from "../../src/schemas/file.ts";
import { absolutePath, account, accountName, plainPath } from "../../src/schemas/path.ts";
import { userSchema } from "../../src/schemas/user.ts";

test.each(["/etc/motd", "/srv/a: b", "/Library/Application Support/x", "/a/.b", "/..c"])("%s is a path", (path) => {
  expect(absolutePath.safeParse(path).success).toBe(true);
});

test.each(["etc", "/", "/a//b", "/a/./b", "/a/../b", "/a/", "/a/..", "/a ", "/a\nb"])("%j is none", (path) => {
  expect(absolutePath.safeParse(path).success).toBe(false);
});

test.each(["/", "/bin/sh", "/opt/homebrew/opt/node@22/bin/node", "/a b/.c"])(
  "jobs and accounts may have %s",
  (path) => {
    expect(plainPath.safeParse(path).success).toBe(true);
  },
);

test.each(["bin", "//", "/a:b", "/a$b", "/a\tb", "/a//b", "/.", "/..", "/a/..", "/a/"])("but not %j", (path) => {
  expect(plainPath.safeParse(path).success).toBe(false);
});

test.each(["deploy", "_www", "Debian-exim", "first.last", "host$"])(
  "%s owns files, runs daemons, is a group of users",
  (name) => {
    expect(account.safeParse(name).success).toBe(true);
    expect(accountName.safeParse(name).success).toBe(true);
    expect(fileSchema.inputs.shape.owner.safeParse(name).success).toBe(true);
    expect(daemonSchema.inputs.shape.user.safeParse(name).success).toBe(true);
    expect(userSchema.inputs.shape.groups.safeParse([name]).success).toBe(true);
  },
);

test("a file may belong to a number; a daemon runs as a name, which is all that launchd takes", () => {
  expect(fileSchema.inputs.shape.owner.safeParse("1000").success).toBe(true);
  expect(daemonSchema.inputs.shape.user.safeParse("1000").success).toBe(false);
});

test("the name of an account to be made is what useradd takes", () => {
  expect(userSchema.inputs.shape.name.safeParse("Debian-exim").success).toBe(false);
  expect(userSchema.inputs.shape.name.safeParse("deploy").success).toBe(true);
});

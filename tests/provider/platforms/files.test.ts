import { mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";

import { archives } from "../../../src/provider/platforms/posix/archive.ts";
import { contents, files } from "../../../src/provider/platforms/posix/files.ts";
import { frame, stands } from "../../../src/provider/platforms/posix/safe-write.ts";
import { absolutePath, account, octalMode } from "../../../src/schemas/path.ts";
import { inLibrary } from "./library-shell.ts";

const sum = "5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03";
/** As `gw_files` answered on Debian 13 (coreutils 9.7). */
const listing = [
  "81a4:0:0:root:root:6:1764379812:/srv/a: b",
  "8d68:1234:4:UNKNOWN:adm:0:1764379812:/srv/suid",
  "41ed:0:0:root:root:4096:0:/srv",
  "a1ff:0:0:root:root:9:0:/srv/l",
  "1180:0:0:root:root:0:-1:/srv/pipe",
].join("\n");
const digests = `${sum}  /srv/a: b\0${sum}  /srv/suid\0`;
const paths = ["/srv/a: b", "/srv/suid", "/srv", "/srv/l", "/srv/pipe", "/none", "/srv/suid/x"];
const absent = [
  "stat: cannot statx '/none': No such file or directory",
  "stat: cannot statx '/srv/suid/x': Not a directory",
];
const answer = (stdout: string, stderr: readonly string[] = [], exitCode = 0) => ({
  exitCode,
  stdout: Buffer.from(stdout),
  stderr: stderr.map((line) => `${line}\n`).join(""),
});
const typeOf: Record<string, string> = {
  "/srv/a: b": "file",
  "/srv/suid": "file",
  "/srv": "directory",
  "/srv/l": "link",
  "/srv/pipe": "other",
};
const whole = `${listing}\n\0${digests}\0/etc/x\ny\0/srv/l\0`;

describe("the files fact", () => {
  test("tells type, mode, owner, digest and target of each path", () => {
    const found = files.parse(answer(whole, absent), paths);
    expect(found.get("/srv/a: b")).toMatchObject({ type: "file", mode: "0644", owner: "root", size: 6, sha256: sum });
    expect(found.get("/srv/a: b")?.modified).toBe("2025-11-29T01:30:12Z");
    expect(found.get("/srv/suid")).toMatchObject({ mode: "6550", owner: "1234", group: "adm" });
    expect(found.get("/srv")).toMatchObject({ type: "directory", mode: "0755" });
    expect(found.get("/srv/l")).toMatchObject({ type: "link", target: "/etc/x\ny" });
    expect(found.get("/srv/pipe")?.type).toBe("other");
    expect([found.has("/none"), found.get("/none"), found.get("/srv/suid/x")]).toEqual([true, undefined, undefined]);
  });

  const secret = "stat: cannot statx '/srv/secret': Stale file handle";
  test.each([
    ["nothing was said of", whole, absent.slice(1), paths, ["/none", "/srv/suid/x"]],
    [
      "another error was said of",
      whole,
      [absent[0]!, secret, absent[1]!],
      paths.toSpliced(6, 0, "/srv/secret"),
      ["/srv/secret"],
    ],
    ["no tool could read", "\n\0\0", ["sh: xargs: not found"], paths, paths],
    [
      "is a file that cannot be read",
      whole.replace(digests, digests.slice(digests.indexOf("\0") + 1)),
      [...absent, "sha256sum: '/srv/a: b': Input/output error"],
      paths,
      ["/srv/a: b"],
    ],
    ["is a link that changed at this moment", whole.replace("/etc/x\ny\0/srv/l\0", ""), absent, paths, ["/srv/l"]],
  ])("takes a path that %s for unknown, never for absent, and tells the others", (_, said, stderr, asked, unknown) => {
    const found = files.parse(answer(said, stderr), asked);
    expect(asked.filter((path) => !found.has(path))).toEqual(unknown);
    const told = paths.filter((path) => !unknown.includes(path));
    expect(told.map((path) => found.get(path)?.type)).toEqual(told.map((path) => typeOf[path]));
  });

  test.each([
    ["an answer cut short", answer(listing, absent), /cut short/],
    ["a line without sense", answer(`what\n\0\0`, absent), /cannot make sense of "what"/],
    ["a time without sense", answer("81a4:0:0:root:root:6:now:/a\n\0\0"), /cannot make sense of/],
  ])("does not understand %s", (_, said, message) => {
    expect(() => files.parse(said, paths)).toThrow(message);
  });

  test("of paths of this machine, one of which cannot be read", async () => {
    const folder = await mkdtemp(join(tmpdir(), "gw-files-"));
    await writeFile(join(folder, "file"), "hello\n");
    await symlink("loop", join(folder, "loop"));
    const asked = ["none", "loop/x", "loop", "file/x", "file"].map((name) => join(folder, name));
    const { argv, stdin } = files.command(asked);
    const found = files.parse(await inLibrary(argv.join(" "), { stdin }), asked);
    await rm(folder, { recursive: true });
    expect(asked.map((path) => (found.has(path) ? found.get(path)?.type : "unknown"))).toEqual([
      ...[undefined, "unknown", "link", undefined, "file"],
    ]);
  });

  test("asks nothing for what a spoilt manifest calls a path", () => {
    const { stdin } = files.command(["/a", "-delete", "relative"]);
    expect(stdin).toBe("/a\n");
    expect(
      files.parse(answer("81a4:0:0:root:root:6:0:/a\n\0".concat(`${sum}  /a\0\0`)), ["/a", "-delete"]).get("-delete"),
    ).toBe(undefined);
  });
});

test("contents are exact, or an error", () => {
  expect(contents.parse(answer("AP8=\n-\n\n"), ["/a", "/b", "/c"])).toEqual(
    new Map([
      ["/a", Buffer.from([0, 255])],
      ["/b", undefined],
      ["/c", Buffer.alloc(0)],
    ]),
  );
  expect(() => contents.parse(answer("AP8=\n"), ["/a", "/b"])).toThrow("1 answers for 2");
  expect(() => contents.parse(answer("\n", ["base64: read error: Input/output error"]), ["/a"])).toThrow("read error");
});

test("a frame holds the header of the safe write and the bytes", () => {
  const writing = { path: "/a b", content: "hello\n", mode: "0600", owner: "root", group: "adm", over: undefined };
  expect(frame(writing).toString()).toBe(`6 ${sum} 0600 root adm - /a b\nhello\n`);
  expect(stands({ type: "file", sha256: sum })).toBe(`f:${sum}`);
  expect(stands({ type: "directory" })).toBe("d");
});

test("a stamp reads back, and a strange one is an error", () => {
  const said = (stamp: string) => answer(`${Buffer.from(stamp).toString("base64")} \n`);
  const stamp = `sha256 ${sum}\nstripComponents 1\nowner root\ngroup adm\nunpacked 2026-11-29T01:30:12Z\n`;
  expect(archives.parse(said(stamp), ["/x"]).get("/x")).toEqual({
    ...{ sha256: sum, stripComponents: 1, owner: "root", group: "adm" },
    ...{ unpacked: "2026-11-29T01:30:12Z", edits: [] },
  });
  const [older = ""] = stamp.split("unpacked");
  expect(archives.parse(said(older), ["/x"]).get("/x")).toMatchObject({ sha256: sum, unpacked: "unknown", edits: [] });
  expect(() => archives.parse(said(stamp.slice(0, -8)), ["/x"])).toThrow("not understood");
});

test.each(["/", "a", "/a/", "/a//b", "/a/../b", "/a/.", "/a\nb", "/a "])("%j is not a path", (path) => {
  expect(absolutePath.safeParse(path).success).toBe(false);
});

test.each(["/a", "/.a/..b", "/a b/é"])("%j is a path", (path) => {
  expect(absolutePath.parse(path)).toBe(path);
});

test("modes have four digits, accounts a name or a number", () => {
  expect(["0644", "644", "0998", "u+x"].map((mode) => octalMode.safeParse(mode).success)).toEqual([
    true,
    false,
    false,
    false,
  ]);
  expect(["root", "1000", "a b", "-x", "a:b"].map((name) => account.safeParse(name).success)).toEqual([
    true,
    true,
    false,
    false,
    false,
  ]);
});

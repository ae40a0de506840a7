// The home of an account moves with its entry, or not at all: the library's shell, with doubles of what changes accounts.
import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { libraryOf } from "../../../src/provider/platforms/library.ts";

let place: string;
beforeEach(async () => {
  place = await mkdtemp(join(tmpdir(), "home-move-"));
  await mkdir(join(place, "old"));
  await writeFile(join(place, "old", "data"), "");
});
afterEach(() => rm(place, { recursive: true }));

/** The entry is a file; `refuses` is what the tool then says. */
const doubles = {
  debian: `
    getent() { echo "deploy:x:1:1::$(cat "$place/entry"):/bin/sh"; }
    usermod() { [ -z "$refuses" ] || { echo "$refuses" >&2; return 8; }; printf '%s ' "$@" >"$place/asked"; echo "$2" >"$place/entry"; }
    find() { printf '%s' "$running"; }
    move() { gw_account_move deploy "$place/$1" --shell /bin/sh; }`,
  darwin: `
    dscl() {
      case $2 in
        -read) if [ "$4" = UniqueID ]; then echo "UniqueID: $(id -u)"; else echo "$4: $(cat "$place/entry")"; fi ;;
        -create) [ -z "$refuses" ] || { echo "$refuses" >&2; return 8; }; echo "$5" >"$place/entry" ;;
      esac
    }
    stat() { command id -u; }
    move() { gw_account_change deploy home "$place/$1"; }`,
};

describe.each(["debian", "darwin"] as const)("a new home on %s", (platform) => {
  /** How it ended, what it said, and where entry and data are then. */
  async function moved(to: string, environment: { refuses?: string; running?: string } = {}) {
    const text = `place=${place} refuses='${environment.refuses ?? ""}' running='${environment.running ?? ""}'
      echo "$place/old" >"$place/entry"
      ${libraryOf(platform)}
      ${doubles[platform]}
      id() { command id -u; }
      move ${to}`;
    const { exitCode, stderr } = await execa("sh", ["-s"], { input: text, reject: false });
    const { stdout } = await execa("sh", ["-c", `cat entry; find . -name data`], { cwd: place });
    return { done: exitCode === 0, stderr, entry: stdout.replaceAll(`${place}/`, "").split("\n") };
  }

  test("takes along what is in the old one", async () => {
    expect(await moved("new")).toEqual({ done: true, stderr: "", entry: ["new", "./new/data"] });
  });

  test("where something stands already is refused, and all stays", async () => {
    await mkdir(join(place, "new"));
    const { done, stderr, entry } = await moved("new");
    expect([done, entry]).toEqual([false, ["old", "./old/data"]]);
    expect(stderr).toContain(`${place}/old was not moved to ${place}/new: something stands there already`);
  });

  test("in a directory that is not there is refused, and all stays", async () => {
    const { done, stderr, entry } = await moved("nowhere/new");
    expect([done, entry]).toEqual([false, ["old", "./old/data"]]);
    expect(stderr).toContain(`there is no directory ${place}/nowhere; declare it as a Directory`);
  });

  test("that the entry does not take is put back", async () => {
    const { done, stderr, entry } = await moved("new", { refuses: "usermod: user deploy is used" });
    expect([done, stderr, entry]).toEqual([false, "usermod: user deploy is used", ["old", "./old/data"]]);
  });

  test("is only written down where a run that died moved the old one already", async () => {
    await rm(join(place, "old"), { recursive: true });
    await mkdir(join(place, "new"));
    expect(await moved("new")).toMatchObject({ done: true, entry: ["new"] });
  });

  test.runIf(platform === "debian")("is refused before anything moves while the account runs something", async () => {
    const { done, stderr, entry } = await moved("new", { running: "/proc/4711" });
    expect([done, entry]).toEqual([false, ["old", "./old/data"]]);
    expect(stderr).toContain("process 4711 runs as deploy");
    expect(await readdir(place)).not.toContain("asked");
  });
});

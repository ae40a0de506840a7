import {
  appendFileSync,
  existsSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { execa } from "execa";
import { afterAll, expect, test } from "vitest";

import { rotateLogs } from "../../src/components/log-rotation.ts";

const folder = mkdtempSync(join(tmpdir(), "logs-"));
afterAll(() => rmSync(folder, { recursive: true }));

const log = join(folder, "api.log");
const rotate = () => execa("/bin/sh", ["-c", rotateLogs(folder)]);
const copy = (age: number) => gunzipSync(readFileSync(`${log}.${age}.gz`)).toString("latin1");

test("a log that has grown is compressed and emptied, and its program goes on writing to it", async () => {
  const held = openSync(log, "a"); // as launchd does
  for (const turn of ["first", "second"]) {
    appendFileSync(held, turn.padEnd(11 * 1024 * 1024, "."));
    await rotate();
    expect(statSync(log).size).toBe(0);
  }
  appendFileSync(held, "third");
  expect(readFileSync(log, "utf8")).toBe("third");
  expect([copy(0).slice(0, 6), copy(1).slice(0, 6)]).toEqual(["second", "first."]);
});

test("a small log stays, and seven copies are enough", async () => {
  for (let turn = 0; turn < 9; turn++) {
    writeFileSync(log, `${turn}`.repeat(11 * 1024 * 1024));
    await rotate();
  }
  writeFileSync(log, "small");
  await rotate();
  expect(readFileSync(log, "utf8")).toBe("small");
  expect([copy(0)[0], copy(6)[0], existsSync(`${log}.7.gz`)]).toEqual(["8", "2", false]);
});

import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { step } from "../../tools/toolchain/progress.ts";

let lines: string[];
beforeEach(() => {
  lines = [];
  vi.useFakeTimers();
  vi.spyOn(process.stderr, "write").mockImplementation((text) => lines.push(String(text)) > 0);
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

const lasting = (milliseconds: number) => new Promise<void>((resolve) => setTimeout(resolve, milliseconds));

test("a short step says nothing", async () => {
  const done = step("Short", () => lasting(1_900));
  await vi.advanceTimersByTimeAsync(1_900);
  await done;
  expect(lines).toEqual([]);
});

test("a long one says how long and how far, now and then, and how it ended", async () => {
  const done = step("Building", async (report) => {
    report("3 packages");
    await lasting(13_000);
    report("9 packages");
  });
  await vi.advanceTimersByTimeAsync(13_000);
  await done;
  expect(lines).toEqual([
    "Building: 2 s, 3 packages …\n",
    "Building: 12 s, 3 packages …\n",
    "Building: 13 s, 9 packages (done)\n",
  ]);
});

test("a failure is passed on", async () => {
  const failing = step("Failing", async () => {
    await lasting(3_000);
    throw new Error("no space left");
  });
  const outcome = expect(failing).rejects.toThrow("no space left");
  await vi.advanceTimersByTimeAsync(3_000);
  await outcome;
  expect(lines.at(-1)).toBe("Failing: 3 s (failed)\n");
});

test("on a terminal, steps that run at the same time share the line", async () => {
  vi.stubGlobal("process", {
    stderr: { isTTY: true, columns: 80, write: (text: string) => lines.push(text) > 0 },
  });
  const both = Promise.all([step("One", () => lasting(4_000)), step("Other", () => lasting(9_000))]);
  await vi.advanceTimersByTimeAsync(9_000);
  await both;
  expect(lines).toContain("\r\u001b[KOne: 3 s …  Other: 3 s …");
  expect(lines).toContain("\r\u001b[KOne: 4 s (done)\n");
  expect(lines).toContain("\r\u001b[KOther: 8 s …");
});

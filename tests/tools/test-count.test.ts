import { expect, test } from "vitest";

import { countOf, type Report } from "../../tools/toolchain/test-count.ts";

const report = (change: Partial<Report> = {}): Report => ({
  numPassedTests: 3,
  numFailedTests: 0,
  numPendingTests: 1,
  numTodoTests: 0,
  testResults: [{ status: "passed", assertionResults: [{ status: "passed" }] }],
  ...change,
});

test("what passed, failed and was skipped is counted", () => {
  const failing = report({
    numFailedTests: 2,
    testResults: [{ status: "failed", assertionResults: [{ status: "failed" }, { status: "failed" }] }],
  });
  expect(countOf(report(), false)).toEqual({ passed: 3, failed: 0, skipped: 1 });
  expect(countOf(failing, true)).toEqual({ passed: 3, failed: 2, skipped: 1 });
});

test("a file that cannot be loaded is a failure, though no test of it ran", () => {
  const unloadable = report({ testResults: [{ status: "failed", assertionResults: [] }] });
  expect(countOf(unloadable, true)).toMatchObject({ failed: 1 });
});

test("a run that failed never counts 0 failures", () => {
  expect(countOf(report(), true)).toMatchObject({ failed: 1 });
  expect(countOf(undefined, true)).toEqual({ passed: 0, failed: 1, skipped: 0 });
});

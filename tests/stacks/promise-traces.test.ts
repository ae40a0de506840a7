import { afterEach, expect, test, vi } from "vitest";

import { leavePromisesUntraced } from "../../stacks/promise-traces.ts";

const usual = Error.prepareStackTrace;
afterEach(() => {
  Error.prepareStackTrace = usual;
  vi.unstubAllEnvs();
});

const debuggablePromise = () => new Error("of Pulumi's SDK").stack;
const failing = () => new Error("of a user").stack;
const mapped = (error: Error): string => `mapped: ${error.message}`;

test("traces of promises are left out, those of errors stay", () => {
  Error.prepareStackTrace = mapped;
  leavePromisesUntraced();
  expect(debuggablePromise()).toBe("");
  expect(failing()).toBe("mapped: of a user");
});

test("who looks for leaks gets them", () => {
  Error.prepareStackTrace = mapped;
  vi.stubEnv("PULUMI_DEBUG_PROMISE_LEAKS", "true");
  leavePromisesUntraced();
  expect(debuggablePromise()).toBe("mapped: of Pulumi's SDK");
});

test("where nothing maps them they cost little, and stay", () => {
  Error.prepareStackTrace = undefined as never;
  leavePromisesUntraced();
  expect(debuggablePromise()).toContain("of Pulumi's SDK\n    at debuggablePromise");
});

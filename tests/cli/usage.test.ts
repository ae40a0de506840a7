// What commands refuse of their arguments, before anything is touched.
import { expect, test, vi } from "vitest";

import { main } from "../../src/cli/main.ts";

async function said(...argv: string[]): Promise<[exitCode: number, text: string]> {
  const error = vi.spyOn(console, "error").mockImplementation(() => undefined);
  try {
    const exitCode = await main(argv);
    return [exitCode, error.mock.calls.flat().join("\n")];
  } finally {
    error.mockRestore();
  }
}

test.each([
  [["rotate", "--stack", "lab"], "give one NAME"],
  [["rotate", "redis"], "give the stack"],
  [["rotate", "redis", "postgres", "--stack", "lab"], "give one NAME"],
  [["without"], "give one HOST"],
  [["restore"], "give the stack"],
  ...["deploy", "doctor", "restore", "rotate", "setup", "without"].map((command) => [
    [command, "--nosuch"],
    "'--nosuch'",
  ]),
  [["lab", "up", "--nosuch"], "'--nosuch'"],
] as [string[], string][])("%j is told what is missing, and how it is used", async (argv, missing) => {
  const [exitCode, text] = await said(...argv);
  expect(exitCode).toBe(2);
  expect(text).toContain(missing);
  expect(text).toContain(`groundwork ${argv[0]} `);
});

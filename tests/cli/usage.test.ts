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
  [["rotate", "--stack", "lab"], "give a NAME, or several"],
  [["rotate", "redis"], "give the stack"],
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

test("--help after an action is help, not an unknown option; after -- it is another program's", async () => {
  const log = vi.spyOn(console, "log").mockImplementation(() => undefined);
  try {
    expect(await main(["lab", "up", "--help"])).toBe(0);
    expect(log.mock.calls.flat().join("\n")).toContain("groundwork lab ACTION");
  } finally {
    log.mockRestore();
  }
  const [exitCode, text] = await said("lab", "ssh", "nobody", "--lab", "no-such-lab", "--", "ls", "--help");
  expect(exitCode).toBe(1);
  expect(text).toContain('there is no lab "no-such-lab"');
});

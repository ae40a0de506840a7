import { execa } from "execa";
import { expect, test } from "vitest";

import { inLibrary, shells } from "./library-shell.ts";

/** A number of seconds that nothing else on this machine waits for. */
const seconds = (shell: string) => 86_400 + shell.length;

test.each(shells)("a command that ends in time leaves no clock running: %s", async (shell) => {
  const clock = `^sleep ${seconds(shell)}$`;
  const running = async () =>
    (await execa("pgrep", ["-f", clock], { reject: false })).stdout.split("\n").filter(Boolean);
  try {
    const script = `i=0; while [ $i -lt 150 ]; do gw_within ${seconds(shell)} true || exit; i=$((i + 1)); done`;
    expect(await inLibrary(script, { shell })).toMatchObject({ exitCode: 0, stderr: "" });
    await expect.poll(running, { timeout: 5_000 }).toEqual([]);
  } finally {
    for (const pid of await running()) process.kill(Number(pid));
  }
});

test.each(shells)("one that does not is ended, with what it started: %s", async (shell) => {
  const script = `gw_within 1 sh -c 'sleep ${seconds(shell)}.5 & wait'`;
  expect((await inLibrary(script, { shell })).exitCode).toBe(137);
  expect((await execa("pgrep", ["-f", `sleep ${seconds(shell)}.5`], { reject: false })).stdout).toBe("");
});

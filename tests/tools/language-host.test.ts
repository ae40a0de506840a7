import { readFile } from "node:fs/promises";
import path from "node:path";

import { execa } from "execa";
import { afterAll, beforeAll, expect, test } from "vitest";

import { splitArguments } from "../../tools/language-host/run-options.ts";
import { cliPath } from "../../tools/toolchain/places.ts";
import { startStack, type TestStack } from "../support/stack.ts";

/** Every way a program can end. Holds for the official language host and for ours, whichever this machine has. */
const program = `
  import * as pulumi from "@pulumi/pulumi";
  const config = new pulumi.Config();
  console.log("on standard output");
  console.error("on standard error");
  switch (config.get("mode")) {
    case "throw": throw new Error("the program threw");
    case "run-error": throw new pulumi.RunError("a mistake of the user's");
    case "exit": process.exit(3);
    case "kill": process.kill(process.pid, "SIGKILL"); break;
    case "wait": setInterval(() => {}, 1000);
      await import("node:fs").then((fs) => fs.writeFileSync("pids", process.pid + " " + process.ppid));
  }
  export const token = config.getSecret("token");
  export const names = [pulumi.getOrganization(), pulumi.getProject(), pulumi.getStack()].join("/");
  export const argv = process.execArgv.join(" ");
`;

let stack: TestStack;
beforeAll(async () => {
  stack = await startStack(program, { ownProcess: true });
  await stack.pulumi("config", "set", "--secret", "token", "hush");
});
afterAll(() => stack.remove());

const preview = async (mode: string) => {
  await stack.pulumi("config", "set", "mode", mode);
  return stack.pulumi("preview");
};

test("a program's output, its configuration and its secrets arrive", async () => {
  const { exitCode, output } = await preview("normal");
  expect(exitCode).toBe(0);
  expect(output).toMatch(/on standard output[\s\S]*on standard error/);
  expect(output).toContain('names: "organization/test/test"');
  expect(output).toContain("token: [secret]");
  expect(output).toMatch(/argv *: "--import file:.*lean-sdk.mjs /);
  expect(output).not.toContain("hush");
});

test.each([
  ["throw", /Error: the program threw/, /non-zero exit code/],
  ["run-error", /error: a mistake of the user's/, /\n +at /],
  ["exit", /Program exited with non-zero exit code: 3/, /SIGKILL/],
  ["kill", /error: .*(SIGKILL|signal: killed|exit code)/, /the program threw/],
])("a program that ends by %s fails the run and says so once, within seconds", async (mode, shown, hidden) => {
  const started = Date.now();
  const { exitCode, output } = await preview(mode);
  expect(exitCode).not.toBe(0);
  expect(output).toMatch(shown);
  expect(output).not.toMatch(hidden);
  expect(Date.now() - started).toBeLessThan(25_000); // Node 20 took 33 s to colour the error, see uncoloured-errors.mjs
});

test("host and program end when the engine is killed", async () => {
  await stack.pulumi("config", "set", "mode", "wait");
  const env = { PULUMI_BACKEND_URL: `file://${stack.folder}/state`, PULUMI_CONFIG_PASSPHRASE: "of a test" };
  const PATH = `${path.dirname(cliPath())}:${process.env["PATH"]}`;
  const engine = execa(cliPath(), ["preview", "--non-interactive"], {
    cwd: stack.folder,
    env: { ...env, PATH },
    reject: false,
  });

  const pids = await until(async () =>
    (await readFile(path.join(stack.folder, "pids"), "utf8")).split(" ").map(Number),
  );
  engine.kill("SIGKILL");
  await engine;
  await until(async () => {
    for (const pid of pids) expect(() => process.kill(pid, 0)).toThrow(/ESRCH/);
  });
});

/** The first answer within 20 s that is no error. */
async function until<T>(ask: () => Promise<T>): Promise<T> {
  for (let left = 100; ; left--) {
    try {
      return await ask();
    } catch (error) {
      if (left === 0) throw error;
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }
}

test("node arguments are split as a shell would", () => {
  expect(splitArguments(" --import tsx  --title='two words' \"a b\"c ")).toEqual([
    "--import",
    "tsx",
    "--title=two words",
    "a bc",
  ]);
  expect(splitArguments("")).toEqual([]);
});

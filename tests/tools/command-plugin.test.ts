import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";

import { pluginOrigin } from "../../tools/toolchain/places.ts";
import { startStack, type TestStack } from "../support/stack.ts";

/** Holds for the official plugin and for the stand-in: which of them runs is this machine's fact, not the test's. */
const program = (args: string) => `
  import * as pulumi from "@pulumi/pulumi";
  import { local } from "@pulumi/command";
  const said = new local.Command("said", ${args});
  export const stdout = said.stdout;
  export const stderr = said.stderr;
`;

let stack: TestStack;
let folder: string;
let file: string;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "groundwork-command-"));
  file = path.join(folder, "runs");
  stack = await startStack(program("{}"));
});
afterAll(async () => {
  await stack.remove();
  await rm(folder, { recursive: true });
});

const runs = async () => (await readFile(file, "utf8")).trim().split("\n");

/** What each of its commands notes of itself. */
const noting = (triggers: string, more = "") => `{
  create: "echo create $COLOUR $(cat) >>${file}; echo out; echo err >&2",
  update: "echo update after $PULUMI_COMMAND_STDOUT >>${file}; echo out again",
  delete: "echo delete after $PULUMI_COMMAND_STDOUT >>${file}",
  environment: { COLOUR: "dark blue" },
  stdin: "from stdin",
  triggers: ${triggers},
  ${more}
}`;

async function up(args: string) {
  await stack.program(program(args));
  return stack.pulumi("up", "--yes", "--skip-preview");
}

test("a command runs when it is created: by sh, with environment and standard input", async () => {
  expect(await up(noting("[1]"))).toMatchObject({ exitCode: 0 });
  expect(await runs()).toEqual(["create dark blue from stdin"]);
  expect(await stack.outputs()).toEqual({ stdout: "out", stderr: "err" });
});

test("nothing runs while nothing changed, nor in a preview", async () => {
  expect(await stack.pulumi("up", "--yes", "--skip-preview", "--expect-no-changes")).toMatchObject({ exitCode: 0 });
  await stack.program(program(noting("[2]")));
  expect((await stack.pulumi("preview", "--diff")).output).toMatch(/\+-command:local:Command: \(replace\)/);
  expect(await runs()).toHaveLength(1);
});

test("a changed trigger makes a new one, and then deletes the old", async () => {
  expect(await up(noting("[2]"))).toMatchObject({ exitCode: 0 });
  expect((await runs()).slice(1)).toEqual(["create dark blue from stdin", "delete after out"]);
});

test("another changed input updates, which knows what was said before", async () => {
  expect(await up(noting("[2]", 'logging: "none",'))).toMatchObject({ exitCode: 0 });
  expect((await runs()).at(-1)).toBe("update after out");
  expect(await stack.outputs()).toEqual({ stdout: "out again", stderr: "" });
});

test("one that fails fails the update with all it said, and runs again the next time", async () => {
  const failing = (end: string) => noting("[3]").replace("echo out; echo err >&2", `echo half; echo why >&2; ${end}`);
  const { exitCode, output } = await up(failing("exit 3"));
  expect(exitCode).not.toBe(0);
  expect(output).toMatch(/exit status 3: running[\s\S]*half[\s\S]*why/);
  expect(await up(failing("exit 0"))).toMatchObject({ exitCode: 0 });
  expect((await stack.outputs())["stdout"]).toBe("half");
});

test("what is said of a secret is a secret", async () => {
  await up(
    `{ create: "cat", stdin: pulumi.secret("planted canary"), interpreter: ["/bin/sh", "-ec"], logging: "none" }`,
  );
  expect((await stack.outputs())["stdout"]).toBe("planted canary");
  expect(JSON.stringify(await stack.state())).not.toContain("planted canary");
});

test("a delete runs the command for it", async () => {
  await up(noting("[4]"));
  expect(await stack.pulumi("destroy", "--yes", "--skip-preview")).toMatchObject({ exitCode: 0 });
  expect((await runs()).at(-1)).toBe("delete after out");
});

test.skipIf(pluginOrigin("command") !== "ours")(
  "the stand-in says that it is one, and what it cannot do (skipped with the official plugin)",
  async () => {
    const { exitCode, output } = await up(`{ create: "true", assetPaths: ["*"] }`);
    expect(exitCode).not.toBe(0);
    expect(output).toContain("command 1.2.1: groundwork's offline stand-in");
    expect(output).toContain("assetPaths");
    expect(output).toContain("needs the official plugin");
  },
);

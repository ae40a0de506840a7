import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { execa } from "execa";

import { cliPath, root } from "../../tools/toolchain/places.ts";
import { leanEngine } from "./engine.ts";
import { inlinePrograms, leanSdk } from "./inline-programs.ts";

/** A stack of a test's own on the real engine, with state, program and passphrase in a temporary folder. */
export interface TestStack {
  readonly folder: string;
  /** Runs `pulumi`; a failing command is an answer, not an error. */
  pulumi(...args: string[]): Promise<{ exitCode: number; output: string }>;
  /** Outputs, secrets in the clear. */
  outputs(): Promise<Record<string, unknown>>;
  /** The stack's state as the backend keeps it. */
  state(): Promise<State>;
  /** Another program; one with a default export is loaded once, so it stays. */
  program(source: string): Promise<void>;
  remove(): Promise<void>;
}

export interface State {
  deployment: {
    resources: { urn: string; type: string; id?: string; inputs?: object; outputs?: Record<string, unknown> }[];
  };
}

/** Options as in the project's own Pulumi.yaml, so that official and own language host start programs alike. */
const PROJECT = {
  name: "test",
  main: "index.js",
  runtime: { name: "nodejs", options: { typescript: false, nodeargs: `--import ${leanSdk}` } },
};

/** @param options.ownProcess whether each command runs the program in a process of its own, by the language host that users have */
export async function startStack(source: string, { ownProcess = false } = {}): Promise<TestStack> {
  const folder = await mkdtemp(path.join(tmpdir(), "groundwork-stack-"));
  const state = path.join(folder, "state");
  await mkdir(state);
  await symlink(path.join(root, "node_modules"), path.join(folder, "node_modules"));
  await writeFile(path.join(folder, "package.json"), '{ "private": true, "type": "module" }');
  await writeFile(path.join(folder, "Pulumi.yaml"), JSON.stringify(PROJECT));
  const program = (text: string) => writeFile(path.join(folder, "index.js"), text);
  await program(source);

  const env = {
    ...(ownProcess ? {} : await inlinePrograms()),
    ...leanEngine,
    PULUMI_BACKEND_URL: `file://${state}`,
    PULUMI_CONFIG_PASSPHRASE: "of a test",
    PULUMI_SKIP_UPDATE_CHECK: "true",
  };
  const pulumi = async (...args: string[]) => {
    const { exitCode, all, message } = await execa(cliPath(), [...args, "--non-interactive"], {
      cwd: folder,
      env,
      all: true,
      reject: false,
    });
    if (exitCode === undefined) throw new Error(message);
    return { exitCode, output: all };
  };
  const read = async <T>(...args: string[]): Promise<T> => {
    const { exitCode, output } = await pulumi(...args);
    if (exitCode !== 0) throw new Error(`pulumi ${args.join(" ")}: ${output}`);
    return JSON.parse(output) as T;
  };

  await pulumi("stack", "init", "test");
  return {
    folder,
    pulumi,
    program,
    outputs: () => read("stack", "output", "--json", "--show-secrets"),
    state: () => read("stack", "export"),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { build } from "esbuild";
import { execa, type ResultPromise } from "execa";
import type { z } from "zod";

import type { hostConnection } from "../../src/schemas/host.ts";
import { cliFolder, cliPath, root } from "../../tools/toolchain/places.ts";
import { leanEngine } from "./engine.ts";
import { inlinePrograms, leanSdk } from "./inline-programs.ts";

/** What the program of a test project declares. */
export interface Declared {
  readonly hosts: Record<string, z.input<typeof hostConnection>>;
  readonly offline?: boolean;
  readonly resources: readonly DeclaredResource[];
}

export interface DeclaredResource {
  readonly type: string;
  readonly name: string;
  readonly args: Record<string, unknown>;
  /** Names of those it depends on. */
  readonly after?: readonly string[];
  /** Arguments that the program marks as secrets. */
  readonly secrets?: readonly string[];
  /** Arguments whose changes by the program are ignored. */
  readonly ignoreChanges?: string[];
  /** ID of an existing thing to import. */
  readonly import?: string;
  readonly deleteBeforeReplace?: boolean;
}

export interface Run {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
  /** Both. */
  readonly output: string;
}

export interface Options {
  /** Of the engine and the provider; an inline program does not see it. */
  readonly env?: Record<string, string>;
  /** Milliseconds. */
  readonly timeout?: number;
  /** Standard input. */
  readonly input?: string;
}

/** A Pulumi project of a test's own, on the real engine with the real provider, in a temporary folder. */
export interface Project {
  readonly folder: string;
  readonly stack: string;
  /** Another stack of the same program, with a state of its own. */
  second(stack: string): Promise<Project>;
  declare(declared: Declared): Promise<void>;
  /** Runs `pulumi`; a failing command is an answer, not an error. */
  pulumi(args: readonly string[], options?: Options): Promise<Run>;
  /** Runs `pulumi`, which must succeed. */
  succeed(args: readonly string[], options?: Options): Promise<Run>;
  /** Starts `pulumi` in a process group of its own, for signals. */
  start(args: readonly string[], options?: Options): ResultPromise;
  /** Resources of the stack's state, the stack and providers left out. */
  resources(): Promise<StateResource[]>;
  /** The backend's file of the state, as text. */
  stateText(): Promise<string>;
  remove(): Promise<void>;
}

export interface StateResource {
  readonly urn: string;
  readonly type: string;
  readonly id: string;
  readonly inputs: Record<string, unknown>;
  readonly outputs: Record<string, unknown>;
}

interface Settings {
  /** @default "test" */
  readonly stack?: string;
  /** Text of the program. @default declares what `declare` is given */
  readonly program?: string;
  /** Whether each command runs the program in a process of its own, as users' commands do. @default false */
  readonly ownProcess?: boolean;
  /** Name and folder of the plugin. @default groundwork's */
  readonly provider?: { readonly name: string; readonly path: string };
}

export async function startProject({ stack = "test", program, ownProcess, provider }: Settings = {}): Promise<Project> {
  const folder = await mkdtemp(join(tmpdir(), "groundwork-project-"));
  const declared = `import { declare } from "${join(root, "tests/support/program.ts")}";\nexport default () => declare("${folder}/declared.json");\n`;
  const settings = {
    name: "test",
    main: "index.js",
    runtime: { name: "nodejs", options: { typescript: false, nodeargs: `--import ${leanSdk}` } },
    plugins: { providers: [provider ?? { name: "groundwork", path: join(root, "plugin") }] },
  };
  await mkdir(join(folder, "state"));
  await symlink(join(root, "node_modules"), join(folder, "node_modules"));
  await bundle(program ?? declared, join(folder, "index.js"));
  await writeFile(join(folder, "package.json"), '{ "private": true, "type": "module" }');
  await writeFile(join(folder, "Pulumi.yaml"), JSON.stringify(settings));
  return open(folder, stack, ownProcess ? {} : await inlinePrograms());
}

/** As JavaScript, which starts sooner than through tsx: tests run hundreds of Pulumi commands. */
const bundle = (contents: string, outfile: string) =>
  build({
    stdin: { contents, loader: "ts", resolveDir: root },
    outfile,
    bundle: true,
    packages: "external",
    platform: "node",
    format: "esm",
    logLevel: "silent",
  });

async function open(folder: string, stack: string, languageHost: Record<string, string>): Promise<Project> {
  const env = {
    ...languageHost,
    ...leanEngine,
    PATH: `${cliFolder()}${delimiter}${process.env["PATH"]}`,
    PULUMI_BACKEND_URL: `file://${join(folder, "state")}`,
    PULUMI_CONFIG_PASSPHRASE: "of a test",
    PULUMI_STACK: stack,
    PULUMI_SKIP_UPDATE_CHECK: "true",
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
  };
  const start = (args: readonly string[], { env: more, timeout, input }: Options = {}) =>
    execa(cliPath(), [...args, "--non-interactive", "--color=never"], {
      cwd: folder,
      env: { ...env, ...more },
      all: true,
      ...(input === undefined ? { stdin: "ignore" as const } : { input }),
      reject: false,
      detached: true,
      maxBuffer: 1e9,
      timeout,
    });
  const pulumi: Project["pulumi"] = async (args, options) => {
    const { exitCode, stdout, stderr, all, message } = await start(args, options);
    if (exitCode === undefined) throw new Error(message);
    return { exitCode, stdout, stderr, output: all };
  };
  const succeed: Project["succeed"] = async (args, options) => {
    const run = await pulumi(args, options);
    if (run.exitCode !== 0) throw new Error(`pulumi ${args.join(" ")} ended with ${run.exitCode}:\n${run.output}`);
    return run;
  };
  const stateText = () => readFile(join(folder, `state/.pulumi/stacks/test/${stack}.json`), "utf8");
  await succeed(["stack", "init", stack]);
  return {
    folder,
    stack,
    second: (name) => open(folder, name, languageHost),
    pulumi,
    succeed,
    start,
    declare: (declared) => writeFile(join(folder, "declared.json"), JSON.stringify(declared)),
    async resources() {
      const state = JSON.parse(await stateText()) as { checkpoint: { latest?: { resources?: StateResource[] } } };
      return (state.checkpoint.latest?.resources ?? []).filter(({ type }) => !type.startsWith("pulumi:"));
    },
    stateText,
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

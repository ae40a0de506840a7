import { readFile, writeFile } from "node:fs/promises";
import { setTimeout } from "node:timers/promises";
import { execa } from "execa";
import { parse, stringify } from "yaml";

import { down } from "../../tools/lab/lab.ts";
import { labFiles, labNamed } from "../../tools/lab/place.ts";
import type { Wanted } from "../../tools/lab/plan.ts";
import { prepareStack, stackName } from "../../tools/lab/stack.ts";
import { cliFolder, root } from "../../tools/toolchain/places.ts";
import { changed } from "../schemas/config.ts";
import { startLab, type TestLab } from "./lab.ts";

interface Attempt {
  readonly exitCode: number;
  readonly output: string;
}

export interface Away {
  readonly seconds: number;
  /** It must be less: 5 s, or a quarter of the whole change where this machine is so busy that this is more. */
  readonly limit: number;
}

/** A lab of a test's own with its stack, as a user has them. */
export interface Deployed {
  readonly lab: TestLab;
  /** Path of the stack's configuration. */
  readonly config: string;
  /** Runs a program of the project as in the user's shell; a failing one is an answer, not an error. */
  attempt(program: string, args: readonly string[], env?: Record<string, string>): Promise<Attempt>;
  /** The same, which must succeed. Answers what it said. */
  run(program: string, ...args: string[]): Promise<string>;
  /** `pulumi` on the stack; a failing one is an answer. */
  pulumi(args: readonly string[], env?: Record<string, string>): Promise<Attempt>;
  /** `pulumi up`, which must succeed. Answers what it said. */
  up(...args: string[]): Promise<string>;
  /** A plain `pulumi preview` that must find nothing to do. */
  unchanged(): Promise<void>;
  /** Changes values of the configuration by their paths, such as `services.api.port`; `undefined` removes one. */
  configure(changes: Readonly<Record<string, unknown>>): Promise<void>;
  /** A script for sh as root, which must succeed. Answers its trimmed standard output. */
  sh(host: string, script: string): Promise<string>;
  /** Process that a unit of a host runs as now. */
  mainPid(host: string, unit: string): Promise<string>;
  /** Address of the site by HTTP. */
  site(): string;
  /** How long the API behind Nginx was away at most, asked ten times a second, while something went on. */
  away(work: () => Promise<unknown>): Promise<Away>;
}

/**
 * From nothing: what a run that was ended left behind is removed.
 *
 * @param wanted hosts of the lab. @default the usual ones
 * @param configurationOf text of the stack's configuration. @default that of the project's lab
 */
export async function deployed(
  name: string,
  wanted: Wanted & { hosts?: readonly string[] } = {},
  configurationOf?: (lab: TestLab) => Promise<string>,
): Promise<Deployed> {
  await down(name);
  const lab = await startLab(name, wanted);
  const place = labNamed(name);
  const { config } = labFiles(place);
  if (configurationOf) await writeFile(config, await configurationOf(lab));
  await prepareStack(place);
  const environment = { ...lab.env, PATH: `${cliFolder()}:${process.env["PATH"]}` };

  const attempt: Deployed["attempt"] = async (program, args, env) => {
    const options = { cwd: root, env: { ...environment, ...env }, all: true as const, reject: false as const };
    const { exitCode, all, message } = await execa(program, args, options);
    if (exitCode === undefined) throw new Error(message);
    return { exitCode, output: all };
  };
  const mustSucceed = ({ exitCode, output }: Attempt, what: string) => {
    if (exitCode !== 0) throw new Error(`${what} ended with ${exitCode}:\n${output}`);
    return output;
  };
  const pulumi: Deployed["pulumi"] = (args, env) =>
    attempt("pulumi", [...args, "--stack", stackName, "--non-interactive", "--color=never"], env);
  const succeed = async (...args: string[]) => mustSucceed(await pulumi(args), `pulumi ${args.join(" ")}`);
  const sh: Deployed["sh"] = async (host, script) => {
    const { exitCode, stdout, stderr } = await lab.run(host, ["sh", "-se"], { input: script });
    if (exitCode !== 0) throw new Error(`${host}: ${script}: ${stderr}`);
    return stdout.trim();
  };
  const site = () => `http://${lab.address("control")}`;
  const away: Deployed["away"] = async (work) => {
    let longest = 0;
    let over = false;
    const begun = performance.now();
    let answered = begun;
    const asking = (async () => {
      while (!over) {
        const answer = await health();
        longest = Math.max(longest, performance.now() - answered);
        if (answer?.ok) answered = performance.now();
        await setTimeout(100);
      }
    })();
    await work();
    const whole = performance.now() - begun;
    await setTimeout(500);
    over = true;
    await asking;
    return { seconds: longest / 1000, limit: Math.max(5, whole / 4000) };
  };
  const health = () => fetch(`${site()}/health`, { signal: AbortSignal.timeout(1000) }).catch(() => undefined);

  return {
    lab,
    config,
    attempt,
    run: async (program, ...args) => mustSucceed(await attempt(program, args), `${program} ${args.join(" ")}`),
    pulumi,
    up: (...args) => succeed("up", "--yes", "--skip-preview", ...args),
    unchanged: async () => void (await succeed("preview", "--expect-no-changes")),
    async configure(changes) {
      const document = parse(await readFile(config, "utf8")) as { config: Record<string, unknown> };
      for (const [path, value] of Object.entries(changes)) {
        document.config = changed(document.config, `groundwork:${path}`, value);
      }
      await writeFile(config, stringify(document));
    },
    sh,
    mainPid: (host, unit) => sh(host, `systemctl show -P MainPID ${unit}`),
    site,
    away,
  };
}

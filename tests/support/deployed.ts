import { readFile, writeFile } from "node:fs/promises";
import { setTimeout } from "node:timers/promises";
import { execa } from "execa";
import { parse, stringify } from "yaml";

import { labFiles, labNamed } from "../../tools/lab/place.ts";
import { prepareStack, stackName } from "../../tools/lab/stack.ts";
import { cliFolder, root } from "../../tools/toolchain/places.ts";
import { startLab, type TestLab } from "./lab.ts";

type Services = Record<string, Record<string, unknown>>;

/** A lab of a test's own with its stack, as a user has them. */
export interface Deployed {
  readonly lab: TestLab;
  /** Runs a program of the project as in the user's shell; a failing one is an answer, not an error. */
  attempt(program: string, ...args: string[]): Promise<{ exitCode: number; output: string }>;
  /** The same, which must succeed. Answers what it said. */
  run(program: string, ...args: string[]): Promise<string>;
  /** `pulumi up`, which must succeed. */
  up(...args: string[]): Promise<string>;
  /** Changes `groundwork:services` of the stack's configuration. */
  services(change: (services: Services) => void): Promise<void>;
  /** A script for sh as root, which must succeed. Answers its trimmed standard output. */
  sh(host: string, script: string): Promise<string>;
  /** Seconds that the API behind Nginx was away at most, asked ten times a second, while something went on. */
  away(work: () => Promise<unknown>): Promise<number>;
}

export async function deployed(name: string): Promise<Deployed> {
  const lab = await startLab(name);
  const place = labNamed(name);
  await prepareStack(place);
  const env = { ...lab.env, PATH: `${cliFolder()}:${process.env["PATH"]}` };

  const attempt = async (program: string, ...args: string[]) => {
    const { exitCode, all, message } = await execa(program, args, { cwd: root, env, all: true, reject: false });
    if (exitCode === undefined) throw new Error(message);
    return { exitCode, output: all };
  };
  const run = async (program: string, ...args: string[]) => {
    const { exitCode, output } = await attempt(program, ...args);
    if (exitCode !== 0) throw new Error(`${program} ${args.join(" ")} ended with ${exitCode}:\n${output}`);
    return output;
  };
  const health = () =>
    fetch(`http://${lab.address("control")}/health`, { signal: AbortSignal.timeout(1000) }).catch(() => undefined);

  return {
    lab,
    attempt,
    run,
    up: (...args) => run("pulumi", "up", "--yes", "--skip-preview", "--non-interactive", "--stack", stackName, ...args),
    async services(change) {
      const { config: file } = labFiles(place);
      const document = parse(await readFile(file, "utf8")) as { config: { "groundwork:services": Services } };
      change(document.config["groundwork:services"]);
      await writeFile(file, stringify(document));
    },
    async sh(host, script) {
      const { exitCode, stdout, stderr } = await lab.ssh(host, ["sh", "-se"], { input: script });
      if (exitCode !== 0) throw new Error(`${host}: ${script}: ${stderr}`);
      return stdout.trim();
    },
    async away(work) {
      let longest = 0;
      let answered = performance.now();
      let over = false;
      const asking = (async () => {
        while (!over) {
          const answer = await health();
          longest = Math.max(longest, performance.now() - answered);
          if (answer?.ok) answered = performance.now();
          await setTimeout(100);
        }
      })();
      await work();
      await setTimeout(500);
      over = true;
      await asking;
      return longest / 1000;
    },
  };
}

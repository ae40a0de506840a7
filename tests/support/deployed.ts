import { readFile, writeFile } from "node:fs/promises";
import { setTimeout } from "node:timers/promises";
import { execa } from "execa";
import { parse, stringify } from "yaml";

import { down, up } from "../../tools/lab/lab.ts";
import { labFiles, labNamed } from "../../tools/lab/place.ts";
import type { Wanted } from "../../tools/lab/plan.ts";
import { prepareStack, stackName } from "../../tools/lab/stack.ts";
import { cliFolder, root } from "../../tools/toolchain/places.ts";
import { changed } from "../schemas/config.ts";
import { leanEngine } from "./engine.ts";
import { inlinePrograms } from "./inline-programs.ts";
import { startLab, type TestLab } from "./lab.ts";
import { script } from "./script.ts";
import { watchSlowness } from "./slowness.ts";

type Variables = Readonly<Record<string, string | undefined>>;

/** Has a command run the program in a process of its own. */
export const asUsers: Variables = { PULUMI_DEBUG_LANGUAGES: undefined };

interface Attempt {
  readonly exitCode: number;
  readonly output: string;
}

/** Seconds that something may be away in a change, on a machine that has nothing else to do. */
export const awayAtMost = 5;

/** A lab of a test's own with its stack, as a user has them. */
export interface Deployed {
  readonly lab: TestLab;
  /** Path of the stack's configuration. */
  readonly config: string;
  /** Runs a program of the project as in the user's shell; a failing one is an answer, not an error. */
  attempt(program: string, args: readonly string[], env?: Variables): Promise<Attempt>;
  /** The same, which must succeed. Answers what it said. */
  run(program: string, ...args: string[]): Promise<string>;
  /** `pulumi` on the stack, with an inline program, which does not see `env`, unless that is `asUsers`; a failing one is an answer. */
  pulumi(args: readonly string[], env?: Variables): Promise<Attempt>;
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
  /** Process of each daemon that was deployed, by `host unit`. */
  daemons(): Promise<Record<string, string>>;
  /** Address of the site by HTTP. */
  site(): string;
  /** Shuts all hosts down and starts them again. */
  offAndOn(): Promise<void>;
  /**
   * How many seconds something was away at most, asked ten times a second, while something went on: by what work takes
   * longer here at the time than on a machine that has nothing else to do.
   *
   * @param asks whether it is there. @default the API behind Nginx reaches PostgreSQL and Redis, as both now want it
   */
  away(work: () => Promise<unknown>, asks?: () => Promise<boolean>): Promise<number>;
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
  const lab = await startLab(name, { ...wanted, fresh: true });
  const place = labNamed(name);
  const { config } = labFiles(place);
  if (configurationOf) await writeFile(config, await configurationOf(lab));
  await prepareStack(place);
  const environment = { ...lab.env, ...leanEngine, PATH: `${cliFolder()}:${process.env["PATH"]}` };

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
  const inline = await inlinePrograms(lab.env);
  const pulumi: Deployed["pulumi"] = (args, env) =>
    attempt("pulumi", [...args, "--stack", stackName, "--non-interactive", "--color=never"], { ...inline, ...env });
  const succeed = async (...args: string[]) => mustSucceed(await pulumi(args), `pulumi ${args.join(" ")}`);
  const sh: Deployed["sh"] = (host, text) => script(lab.run, host, text);
  const read = async () => parse(await readFile(config, "utf8")) as { config: Record<string, unknown> };
  const site = () => `http://${lab.address("control")}`;
  const away: Deployed["away"] = async (work, asks = healthy) => {
    let longest = 0;
    let over = false;
    let answered = performance.now();
    const slowness = watchSlowness();
    const asking = (async () => {
      while (!over) {
        const well = await asks();
        longest = Math.max(longest, performance.now() - answered);
        if (well) answered = performance.now();
        await setTimeout(100);
      }
    })();
    try {
      await work();
      await setTimeout(500);
    } finally {
      over = true;
      await asking;
    }
    return longest / 1000 / (await slowness());
  };
  const healthy = async () => {
    const asked = await fetch(`${site()}/health`, { signal: AbortSignal.timeout(1000) }).catch(() => undefined);
    const answer = (await asked?.json().catch(() => undefined)) as
      | { hops?: Record<string, { ok: boolean }> }
      | undefined;
    return answer?.hops?.["postgres"]?.ok === true && answer.hops["redis"]?.ok === true;
  };

  return {
    lab,
    config,
    attempt,
    run: async (program, ...args) => mustSucceed(await attempt(program, args), `${program} ${args.join(" ")}`),
    pulumi,
    up: (...args) => succeed("up", "--yes", "--skip-preview", ...args),
    unchanged: async () => void (await succeed("preview", "--expect-no-changes")),
    async configure(changes) {
      const document = await read();
      for (const [path, value] of Object.entries(changes)) {
        document.config = changed(document.config, `groundwork:${path}`, value);
      }
      await writeFile(config, stringify(document));
    },
    sh,
    mainPid: (host, unit) => sh(host, `systemctl show -P MainPID ${unit}`),
    async daemons() {
      const asked = `cd /etc/systemd/system; for unit in *.service; do
        systemctl show --value -p Type,MainPID "$unit" | sort | xargs echo "$unit"; done`;
      const hosts = Object.keys((await read()).config["groundwork:hosts"] as object);
      const lines = await Promise.all(
        hosts.map(async (host) => (await sh(host, asked)).split("\n").map((line) => `${host} ${line}`)),
      );
      return Object.fromEntries(
        lines.flat().flatMap((line) => {
          const [host, unit = "", pid = "", type] = line.split(" ");
          return type === "oneshot" || pid === "0" ? [] : [[`${host} ${unit.replace(".service", "")}`, pid]];
        }),
      );
    },
    site,
    async offAndOn() {
      await down(name, { keep: true });
      await up(name);
    },
    away,
  };
}

import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { execa } from "execa";
import { parse, stringify } from "yaml";

import { cliFolder, cliPath, root } from "../../tools/toolchain/places.ts";
import { changed } from "../schemas/config.ts";
import { leanEngine } from "./engine.ts";

/** The project itself on the real engine, with an environment's configuration and a state of a test's own. */
export interface Environment {
  /** With values changed, and secrets set, by path. */
  preview(changes: Record<string, unknown>, secrets?: Record<string, string>): Promise<Ended>;
  /** A command of groundwork for this stack, with the configuration that `configure` left. */
  groundwork(command: string, ...words: string[]): Promise<Ended>;
  configure(changes: Record<string, unknown>, secrets?: Record<string, string>): Promise<void>;
  remove(): Promise<void>;
}

interface Ended {
  readonly exitCode: number | undefined;
  readonly output: string;
}

/** @param file the configuration, by its path in the repository. @default Pulumi.NAME.yaml */
export async function openEnvironment(stack: string, file = `Pulumi.${stack}.yaml`): Promise<Environment> {
  const folder = await mkdtemp(join(tmpdir(), "groundwork-environment-"));
  const config = join(folder, `Pulumi.${stack}.yaml`);
  const { GROUNDWORK_LAB: _, ...inherited } = process.env;
  const env = {
    ...inherited,
    ...leanEngine,
    PATH: `${cliFolder()}${delimiter}${process.env["PATH"]}`,
    PULUMI_BACKEND_URL: `file://${join(folder, "state")}`,
    PULUMI_CONFIG_PASSPHRASE: "of a test",
    PULUMI_OPTION_CONFIG_FILE: config,
    PULUMI_SKIP_UPDATE_CHECK: "true",
  };
  const run = async (program: string, words: readonly string[]): Promise<Ended> => {
    const argv = [...words, "--stack", stack];
    const { exitCode, all } = await execa(program, argv, {
      cwd: root,
      extendEnv: false,
      env,
      all: true,
      reject: false,
    });
    return { exitCode, output: all };
  };
  const pulumi = (...words: string[]) => run(cliPath(), [...words, "--non-interactive", "--color=never"]);

  await mkdir(join(folder, "state"));
  await copyFile(join(root, "Pulumi.yaml"), join(folder, "Pulumi.yaml"));
  await copyFile(join(root, file), config);
  // `stack init` writes into the folder it runs in, whatever file it is told.
  const { exitCode, output } = await pulumi("stack", "init", "--no-select", "--cwd", folder);
  if (exitCode !== 0) throw new Error(output);
  const committed = await readFile(config, "utf8");
  const configure: Environment["configure"] = async (changes, secrets = {}) => {
    const document = parse(committed) as { config: Record<string, unknown> };
    for (const [path, value] of Object.entries(changes)) {
      document.config = changed(document.config, `groundwork:${path}`, value);
    }
    await writeFile(config, stringify(document));
    for (const [path, value] of Object.entries(secrets)) {
      await pulumi("config", "set", "--secret", "--path", `groundwork:${path}`, value);
    }
  };
  return {
    async preview(changes, secrets) {
      await configure(changes, secrets);
      return pulumi("preview");
    },
    groundwork: (...words) => run(join(root, "bin/groundwork"), words),
    configure,
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

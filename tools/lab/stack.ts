// Stack `lab` of this lab: its configuration is the project's own, moved to this lab's network and systems. The copy lies with the
// lab, since Pulumi adds to it what belongs to one passphrase only.
import { existsSync } from "node:fs";
import { copyFile, mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import { parseDocument } from "yaml";

import type { Artefact } from "../toolchain/artefact.ts";
import { root } from "../toolchain/places.ts";
import { replaceFile } from "../toolchain/replace-file.ts";
import { fullEnvironment } from "./environment.ts";
import { type Lab, labFiles } from "./place.ts";
import { type Plan, requirePlan } from "./plan.ts";
import { requireArtefacts, startServices } from "./services.ts";
import { systems } from "./system.ts";

/** The network that the project's `Pulumi.lab.yaml` names. */
const committedNetwork = "198.18.0.";

export const stackName = "lab";

/** Starts the services that the stack needs, and makes its configuration and state where they are missing. */
export async function prepareStack(lab: Lab): Promise<void> {
  await startServices(lab);
  const { config, state } = labFiles(lab);
  if (!existsSync(config)) {
    const committed = await readFile(join(root, "Pulumi.lab.yaml"), "utf8");
    const artefacts = await requireArtefacts();
    await replaceFile(config, configurationOf(await requirePlan(lab), committed, artefacts));
  }
  await mkdir(state, { recursive: true });
  const { stdout } = await pulumi(lab, ["stack", "ls", "--json"], root);
  const stacks = JSON.parse(stdout) as { name: string }[];
  if (stacks.some(({ name }) => name === stackName)) return;

  // Run beside the configuration: `stack init` writes into its own folder.
  await copyFile(join(root, "Pulumi.yaml"), join(lab.folder, "Pulumi.yaml"));
  await pulumi(lab, ["stack", "init", stackName, "--no-select"], lab.folder);
}

/**
 * The committed configuration with the addresses of a lab's network, the platforms of its hosts, and the archives of
 * services, whose places and digests differ from machine to machine.
 */
export function configurationOf(
  { subnet, hosts }: Plan,
  committed: string,
  artefacts: Readonly<Record<string, Artefact>> = {},
): string {
  const network = subnet.slice(0, subnet.lastIndexOf(".") + 1);
  const document = parseDocument(committed.replaceAll(committedNetwork, network));
  for (const { name, system } of hosts) {
    const host = ["config", "groundwork:hosts", name];
    if (document.hasIn(host)) document.setIn([...host, "platform"], systems[system].platform);
  }
  for (const [name, { source, sha256 }] of Object.entries(artefacts)) {
    const service = ["config", "groundwork:services", name];
    if (document.hasIn(service)) document.setIn([...service, "artefact"], { source, sha256 });
  }
  return document.toString({ lineWidth: 0 });
}

/** Runs `pulumi` for this lab. Throws on an exit code other than 0. */
export const pulumi = (lab: Lab, argv: readonly string[], cwd = root) =>
  execa("pulumi", ["--non-interactive", ...argv], { cwd, env: fullEnvironment(lab) });

/** The same with the user watching. @returns the exit code */
export async function watchPulumi(lab: Lab, argv: readonly string[]): Promise<number> {
  const { exitCode, message } = await execa("pulumi", argv, {
    cwd: root,
    env: fullEnvironment(lab),
    stdio: "inherit",
    reject: false,
  });
  if (exitCode === undefined) throw new Error(message);
  return exitCode;
}

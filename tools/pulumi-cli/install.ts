import { rm } from "node:fs/promises";
import path from "node:path";

import { execa } from "execa";

import { cliOrigin, pulumiHome, root, versions } from "../toolchain/places.ts";
import { step } from "../toolchain/progress.ts";
import { whyOutOfReach } from "../toolchain/reach.ts";
import { buildCli } from "./build.ts";

/** Makes `npx pulumi` work: the official CLI where its download is in reach, else one built from its Go module. */
export async function ensureCli(): Promise<void> {
  if (cliOrigin() !== "missing") return;

  const obstacle = (await whyOutOfReach("https://get.pulumi.com/install.sh")) ?? (await download());
  if (!obstacle) return;
  console.error(`The official Pulumi CLI cannot be downloaded (${obstacle}): building it from its Go module.`);
  await buildCli();
}

/** Forgets the decision, so that `ensureCli` takes it anew. */
export const forgetCli = () =>
  rm(path.join(pulumiHome(), "versions", versions.pulumi), { recursive: true, force: true });

async function download(): Promise<string | undefined> {
  // The npm package fetches the CLI when it is first asked for anything.
  const result = await step(`Downloading the Pulumi CLI ${versions.pulumi}`, () =>
    execa(process.execPath, [path.join(root, "node_modules/pulumi/run.js"), "version"], { reject: false }),
  );
  if (!result.failed && cliOrigin() === "official") return undefined;
  await forgetCli(); // half of a download must not pass for a CLI
  return String(result.stderr || result.shortMessage)
    .trim()
    .split("\n")
    .at(-1);
}

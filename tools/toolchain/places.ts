import { existsSync } from "node:fs";
import { homedir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";

import random from "@pulumi/random/package.json" with { type: "json" };
import pulumi from "pulumi/package.json" with { type: "json" };

/** The repository. */
export const root = fileURLToPath(new URL("../..", import.meta.url)).replace(/\/$/, "");

/** The CLI that the npm package `pulumi` stands for, and the plugin that `@pulumi/random` asks for. */
export const versions = { pulumi: pulumi.version, random: random.version };

export const pulumiHome = () => process.env["PULUMI_HOME"] || path.join(homedir(), ".pulumi");

/** Where `npx pulumi` looks before it downloads; the engine finds a language host beside the CLI. */
export const cliFolder = () => path.join(pulumiHome(), "versions", versions.pulumi, "bin");
export const cliPath = () => path.join(cliFolder(), "pulumi");
export const languageHostPath = () => path.join(cliFolder(), "pulumi-language-nodejs");

/** What groundwork itself put beside the CLI: its language host, and why the CLI is built or official. */
export const besideCli = (file: string) => path.join(pulumiHome(), "versions", versions.pulumi, "groundwork", file);

export const randomPluginFolder = () => path.join(pulumiHome(), "plugins", `resource-random-v${versions.random}`);
/** Only in the stand-in. */
export const standInMark = () => path.join(randomPluginFolder(), "stand-in.cjs");

export type Origin = "official" | "ours" | "missing";

export function languageHostOrigin(): Origin {
  if (!existsSync(languageHostPath())) return "missing";
  return existsSync(besideCli("language-host.cjs")) ? "ours" : "official";
}

/** A CLI comes with its language hosts when it is official, without any when it is built from its Go module. */
export function cliOrigin(): Origin {
  if (!existsSync(cliPath())) return "missing";
  return languageHostOrigin() === "official" ? "official" : "ours";
}

export function randomOrigin(): Origin {
  if (!existsSync(path.join(randomPluginFolder(), "pulumi-resource-random"))) return "missing";
  return existsSync(standInMark()) ? "ours" : "official";
}

import { existsSync } from "node:fs";
import { homedir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";

import command from "@pulumi/command/package.json" with { type: "json" };
import random from "@pulumi/random/package.json" with { type: "json" };
import pulumi from "pulumi/package.json" with { type: "json" };

/** The repository. */
export const root = fileURLToPath(new URL("../..", import.meta.url)).replace(/\/$/, "");

/** The CLI that the npm package `pulumi` stands for, and the plugins that `@pulumi/random` and `@pulumi/command` ask for. */
export const versions = { pulumi: pulumi.version, random: random.version, command: command.version };

/** Plugins besides our own. */
export const pluginNames = ["random", "command"] as const;
export type PluginName = (typeof pluginNames)[number];

export const pulumiHome = () => process.env["PULUMI_HOME"] || path.join(homedir(), ".pulumi");

/** Where `npx pulumi` looks before it downloads; the engine finds a language host beside the CLI. */
export const cliFolder = () => path.join(pulumiHome(), "versions", versions.pulumi, "bin");
export const cliPath = () => path.join(cliFolder(), "pulumi");
export const languageHostPath = () => path.join(cliFolder(), "pulumi-language-nodejs");

/** What groundwork itself put beside the CLI: its language host, and why the CLI is built or official. */
export const besideCli = (file: string) => path.join(pulumiHome(), "versions", versions.pulumi, "groundwork", file);

export const pluginFolder = (name: PluginName) =>
  path.join(pulumiHome(), "plugins", `resource-${name}-v${versions[name]}`);
/** Only in the stand-in. */
export const standInMark = (name: PluginName) => path.join(pluginFolder(name), "stand-in.cjs");

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

export function pluginOrigin(name: PluginName): Origin {
  if (!existsSync(path.join(pluginFolder(name), `pulumi-resource-${name}`))) return "missing";
  return existsSync(standInMark(name)) ? "ours" : "official";
}

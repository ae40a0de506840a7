import { createRequire } from "node:module";
import path from "node:path";

import type lang from "@pulumi/pulumi/proto/language_pb.js";

/** `runtime.options` of Pulumi.yaml that say how to start the program; same words and defaults as the official host's. */
interface Options {
  /** Compile with the SDK's own ts-node. @default true */
  typescript?: boolean;
  /** Arguments for node, such as `--import tsx`. */
  nodeargs?: string;
  /** Path of a tsconfig.json for ts-node. */
  tsconfig?: string;
}

export function programEnvironment(request: lang.RunRequest): Record<string, string> {
  const { typescript = true, tsconfig } = optionsOf(request);
  return {
    PULUMI_CONFIG: JSON.stringify(Object.fromEntries(request.getConfigMap().entries())),
    PULUMI_CONFIG_SECRET_KEYS: JSON.stringify(request.getConfigsecretkeysList()),
    ...(typescript && { PULUMI_NODEJS_TYPESCRIPT: "true" }),
    ...(tsconfig && { PULUMI_NODEJS_TSCONFIG_PATH: tsconfig }),
  };
}

/** Arguments for node: the user's, the SDK's runner as the program's folder resolves it, and what the runner must know. */
export function programArguments(request: lang.RunRequest, engine: string, preload: URL): string[] {
  const info = programInfo(request);
  const { resolve } = createRequire(path.join(info.getProgramDirectory(), "package.json"));
  return [
    ...splitArguments(optionsOf(request).nodeargs ?? ""),
    "--import",
    preload.href,
    resolve("@pulumi/pulumi/cmd/run"),
    `--monitor=${request.getMonitorAddress()}`,
    `--engine=${engine}`,
    `--organization=${request.getOrganization()}`,
    `--project=${request.getProject()}`,
    `--stack=${request.getStack()}`,
    `--root-directory=${info.getRootDirectory()}`,
    `--pwd=${info.getProgramDirectory()}`,
    `--parallel=${request.getParallel()}`,
    ...(request.getDryrun() ? ["--dry-run"] : []),
    info.getEntryPoint() || ".",
    ...request.getArgsList(),
  ];
}

export function programInfo(request: lang.RunRequest): lang.ProgramInfo {
  const info = request.getInfo();
  if (!info) throw new Error("The engine sent no program information");
  return info;
}

const optionsOf = (request: lang.RunRequest): Options => programInfo(request).getOptions()?.toJavaScript() ?? {};

/** Splits at blanks outside quotes, as a shell would. */
export function splitArguments(text: string): string[] {
  return [...text.matchAll(/(?:[^\s"']+|"[^"]*"|'[^']*')+/g)].map(([word]) =>
    word.replace(/"([^"]*)"|'([^']*)'/g, "$1$2"),
  );
}

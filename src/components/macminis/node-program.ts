import type * as pulumi from "@pulumi/pulumi";

import type { Artefact } from "../../schemas/artefact.ts";
import type { Endpoint } from "../endpoint.ts";
import { accountOf } from "../installed.ts";
import { nodeOn } from "../node-software.ts";
import { Daemon, Directory, File, PackageSet } from "../resources.ts";
import { unpacked } from "../unpacked.ts";

/** What a program is made from: an archive, or its text, an ES module for Node. */
export type ProgramSource = Artefact | { readonly text: string };

export interface NodeProgram {
  readonly program: string;
  readonly arguments: string[];
  readonly environment: Record<string, string>;
  readonly user: string;
  /** Changes with all that it reads at its start. */
  readonly digest: pulumi.Output<string>;
  /** For files of its own; known once it is there. */
  readonly folder: pulumi.Output<string>;
  readonly resources: pulumi.Resource[];
}

const script = /\.[cm]?js$/;

/** Puts a program on a host, with Node and an account to run it; a file that is no script runs itself. */
export function nodeProgram(
  name: string,
  { host, platform }: Endpoint,
  source: ProgramSource,
  opts: { parent: pulumi.ComponentResource },
): NodeProgram {
  const node = nodeOn(platform);
  const home = `/opt/${name}`;
  const user = `${node.user}-${name}`; // an account each
  const parts = [
    new PackageSet(`${name}-packages`, { host, name, packages: node.packages }, opts),
    ...accountOf(name, host, { user, group: user, state: home }, opts),
  ];
  const { path: folder } = new Directory(`${name}-folder`, { host, path: home }, opts);
  const run = (file: string, words: string[] = []) =>
    script.test(file) ? { program: node.program, arguments: [file, ...words] } : { program: file, arguments: words };

  if ("sha256" in source) {
    const { program, archive } = unpacked(`${name}-program`, { host, platform }, source, opts);
    const own = { environment: source.env, user, digest: archive.unpacked, folder, resources: [...parts, archive] };
    return { ...run(program, source.args), ...own };
  }
  const path = `${home}/server.mjs`;
  const file = new File(`${name}-program`, { host, path: folder.apply(() => path), content: source.text }, opts);
  return { ...run(path), environment: {}, user, digest: file.modified, folder, resources: [...parts, file] };
}

/** Runs a program as a service of its host, and starts it anew when it reads something else at its start. */
export function nodeDaemon(
  name: string,
  { host, port }: Endpoint,
  { program, arguments: words, user, digest, resources }: NodeProgram,
  wanted: Pick<
    ConstructorParameters<typeof Daemon>[1],
    "name" | "description" | "environment" | "secretEnvironment"
  > & { memoryMiB: number },
  opts: { parent: pulumi.ComponentResource },
): Daemon {
  const { memoryMiB, ...said } = wanted;
  return new Daemon(
    `${name}-daemon`,
    {
      ...said,
      host,
      program,
      arguments: words,
      user,
      limits: { memoryMiB },
      restartOn: { program: digest },
      listens: [{ port }],
    },
    { ...opts, dependsOn: resources },
  );
}

import * as pulumi from "@pulumi/pulumi";

import type { PlatformName } from "../../schemas/host.ts";
import type { DdcDumpsConfig } from "../../schemas/macminis/ddc.ts";
import type { Endpoint } from "../endpoint.ts";
import { Directory, File, Timer } from "../resources.ts";
import { unpacked } from "../unpacked.ts";
import { commandsText } from "./ddc-commands.ts";
import type { DdcSync } from "./ddc-node.ts";
import { jobMetrics } from "./job-metrics.ts";
import { backupFolder } from "./postgres-backup.ts";

export interface DdcDumpsArgs {
  /** Host that keeps the dumps, and its agent of KES that seals them. */
  sync: DdcSync;
  /** Operating system of that host. */
  platform: PlatformName;
  /** Where the node of DDC listens. */
  node: Pick<Endpoint, "address" | "port">;
  /** Database whose dumps are sent. */
  database: string;
  /** How the node is asked, and how many copies it keeps. */
  dumps: DdcDumpsConfig;
  /** Text of the program that sends them, templates/ddc/dumps. */
  program: string;
}

const folder = "/var/backups/ddc";

/** Program on the host that keeps the dumps: `send`, `list`, and `open NAME`. */
export const ddcDumpsProgram = `${folder}/dumps`;

/**
 * A sealed copy of the newest dump in DDC: asked for every hour, so that a node or a KES that was down is made up for. What
 * leaves the host is encrypted, and counts as sent once it came back and opened. Tells the metrics of the host.
 *
 * @example
 * new DdcDumps("dumps", {
 *   sync: { host: "control", seal: "/etc/kes-ddc/seal", key: "wiki-knowledge-key" },
 *   platform: "debian",
 *   node: { address: "198.18.0.13", port: 9090 },
 *   database: "projectsot",
 *   dumps: {
 *     store: ["ddc-cli", "put", "{file}", "{name}"],
 *     fetch: ["ddc-cli", "get", "{name}", "{file}"],
 *     list: ["ddc-cli", "ls"],
 *     remove: ["ddc-cli", "rm", "{name}"],
 *     copies: 14,
 *     env: {},
 *     secretEnv: {},
 *   },
 *   program: "#!/bin/sh",
 * });
 */
export class DdcDumps extends pulumi.ComponentResource {
  constructor(name: string, args: DdcDumpsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("groundwork:macminis:DdcDumps", name, {}, opts);
    const { dumps, database, node, platform } = args;
    const { host, seal, key } = args.sync;
    const parent = { parent: this };

    const client = dumps.client ? [unpacked(`${name}-client`, { host, platform }, dumps.client, parent).archive] : [];
    const place = new Directory(`${name}-folder`, { host, path: folder, mode: "0700" }, parent);
    const inPlace = { ...parent, dependsOn: [place] };
    const metrics = jobMetrics(`${name}-metrics`, { host, platform, file: "copy" }, parent);
    const content = pulumi.all([seal, key, secretOf(dumps.secretEnv)]).apply(([program, current, secrets]) =>
      commandsText({
        settings: {
          SEAL: program,
          KEY: current,
          DUMPS: backupFolder,
          DATABASE: database,
          COPIES: String(dumps.copies),
          METRICS: metrics.folder,
        },
        environment: { ...dumps.env, ...secrets },
        commands: dumps,
        ...node,
      }),
    );
    const commands = new File(`${name}-commands`, { host, path: `${folder}/commands`, content, mode: "0600" }, inPlace);
    const program = new File(
      `${name}-program`,
      { host, path: ddcDumpsProgram, content: args.program, mode: "0700" },
      inPlace,
    );
    new Timer(
      `${name}-timer`,
      {
        host,
        name: "ddc-dumps",
        description: "Sealed copy of the newest dump",
        program: program.path,
        arguments: ["send"],
        schedule: { everySec: 3600 },
      },
      { ...parent, dependsOn: [commands, metrics.held, ...client] },
    );
    this.registerOutputs({});
  }
}

/** Without any, the commands are no secret. */
const secretOf = (values: Record<string, string>): pulumi.Input<Record<string, string>> =>
  Object.keys(values).length > 0 ? pulumi.secret(values) : values;

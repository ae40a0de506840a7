import * as pulumi from "@pulumi/pulumi";

import type { Artefact } from "../../schemas/artefact.ts";
import type { ServedArgs } from "../endpoint.ts";
import { installed } from "../installed.ts";
import { Daemon, File } from "../resources.ts";
import { sha256 } from "../sha256.ts";
import { softwareOn } from "../software.ts";

export interface ExporterArgs extends ServedArgs {
  /** What it is called in the table of software. */
  software: "nodeExporter" | "blackboxExporter" | "nginxExporter" | "postgresExporter" | "redisExporter";
  /** Besides its address. @default none */
  arguments?: pulumi.Input<string>[];
  /** Variables. @default none */
  environment?: Record<string, pulumi.Input<string>>;
  /** Variables that nobody may read. @default none */
  secretEnvironment?: Record<string, pulumi.Input<string>>;
  /** Text of its configuration file, which it gets by --config.file. @default none */
  configuration?: string;
  /** Where the platform has no package of it. @default the package */
  artefact?: Artefact;
}

/**
 * Metrics of one thing, for Prometheus to fetch.
 *
 * @example
 * new Exporter("node-exporter", {
 *   endpoint: { host: "control", platform: "debian", address: "198.18.0.11", port: 9100 },
 *   software: "nodeExporter",
 * });
 */
export class Exporter extends pulumi.ComponentResource {
  /** `address:port`, known once it answers. */
  readonly target: pulumi.Output<string>;

  constructor(name: string, args: ExporterArgs, opts?: pulumi.ComponentResourceOptions) {
    super("groundwork:macminis:Exporter", name, {}, opts);
    const { host, platform, address, port } = args.endpoint;
    const software = softwareOn(platform, args.software);

    const path = `${software.configuration}/${software.daemon}.yml`;
    const { configuration: content } = args;
    const from = installed(name, args.endpoint, software, { parent: this }, args.artefact);
    const files =
      content === undefined
        ? []
        : [new File(`${name}-configuration`, { host, path, content }, { parent: this, dependsOn: from.parts })];

    const daemon = new Daemon(
      `${name}-daemon`,
      {
        host,
        name: software.daemon,
        description: `Metrics by ${software.daemon}`,
        program: from.program,
        arguments: [
          `--web.listen-address=${address}:${port}`,
          ...(content === undefined ? [] : [`--config.file=${path}`]),
          ...(args.arguments ?? []),
        ],
        environment: args.environment,
        secretEnvironment: args.secretEnvironment,
        restartOn: { ...(content !== undefined && { configuration: sha256(content) }), ...from.restartOn },
        user: software.user,
        listens: [{ port }],
      },
      { parent: this, dependsOn: [...from.parts, ...files] },
    );

    this.target = daemon.name.apply(() => `${address}:${port}`);
    this.registerOutputs({ target: this.target });
  }
}

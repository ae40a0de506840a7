import * as pulumi from "@pulumi/pulumi";

import type { Artefact } from "../../schemas/artefact.ts";
import type { ServedArgs } from "../endpoint.ts";
import { installed } from "../installed.ts";
import { Configuration, Daemon } from "../resources.ts";
import { softwareOn } from "../software.ts";
import { yaml } from "../yaml.ts";
import { urlOf } from "./urls.ts";

export interface LokiArgs extends ServedArgs {
  /** Port of its inner traffic, on the loopback address. */
  grpcPort: number;
  /** Days to keep logs. */
  retentionDays: number;
  /** Where the platform has no package of it. @default the package */
  artefact?: Artefact;
}

/**
 * Loki as one process that keeps logs on the disk of its host. It has no authentication: the firewall says who reaches it.
 *
 * @example
 * new Loki("loki", {
 *   endpoint: { host: "control", platform: "darwin", address: "192.168.1.11", port: 3100 },
 *   grpcPort: 9095,
 *   retentionDays: 30,
 * });
 */
export class Loki extends pulumi.ComponentResource {
  /** Known once it answers. */
  readonly url: pulumi.Output<string>;

  constructor(name: string, args: LokiArgs, opts?: pulumi.ComponentResourceOptions) {
    super("groundwork:macminis:Loki", name, {}, opts);
    const { host, platform, port } = args.endpoint;
    const software = softwareOn(platform, "loki");
    const path = `${software.configuration}/loki.yaml`;

    const { program, parts, restartOn } = installed(name, args.endpoint, software, { parent: this }, args.artefact);
    const configuration = new Configuration(
      `${name}-configuration`,
      {
        host,
        name: "loki",
        files: { [path]: { content: lokiYaml(args, software.state) } },
        validate: [program, "-verify-config", `-config.file=${path}`],
        activate: { unit: software.daemon, action: "restart" },
      },
      { parent: this, dependsOn: parts },
    );
    const daemon = new Daemon(
      `${name}-daemon`,
      {
        host,
        name: software.daemon,
        description: "Loki",
        program,
        arguments: [`-config.file=${path}`],
        user: software.user,
        restartOn,
        listens: [{ port }],
        readyTimeoutSec: 60,
      },
      { parent: this, dependsOn: [configuration] },
    );

    this.url = daemon.name.apply(() => urlOf(args.endpoint));
    this.registerOutputs({ url: this.url });
  }
}

/** The schema is what Loki 3 writes: TSDB index, version 13. */
function lokiYaml({ endpoint, grpcPort, retentionDays }: LokiArgs, state: string): string {
  const settings = {
    auth_enabled: false,
    server: {
      http_listen_address: endpoint.address,
      http_listen_port: endpoint.port,
      grpc_listen_address: "127.0.0.1",
      grpc_listen_port: grpcPort,
    },
    common: {
      instance_addr: "127.0.0.1",
      path_prefix: state,
      replication_factor: 1,
      ring: { kvstore: { store: "inmemory" } },
      storage: { filesystem: { chunks_directory: `${state}/chunks`, rules_directory: `${state}/rules` } },
    },
    schema_config: {
      configs: [
        {
          from: "2026-01-01",
          store: "tsdb",
          object_store: "filesystem",
          schema: "v13",
          index: { prefix: "index_", period: "24h" },
        },
      ],
    },
    limits_config: { retention_period: `${retentionDays * 24}h` },
    compactor: {
      working_directory: `${state}/compactor`,
      retention_enabled: true,
      delete_request_store: "filesystem",
    },
    analytics: { reporting_enabled: false },
  };
  return yaml(settings);
}

import { posix } from "node:path";
import * as pulumi from "@pulumi/pulumi";

import type { ServedArgs } from "../endpoint.ts";
import { installed } from "../installed.ts";
import { Configuration, Daemon } from "../resources.ts";
import { softwareOn } from "../software.ts";
import { type Probe, prometheusYml } from "./prometheus-config.ts";
import { urlOf } from "./urls.ts";

export interface PrometheusArgs extends ServedArgs {
  /** What to scrape: `address:port` by host, by job. */
  jobs: Record<string, Record<string, pulumi.Input<string>>>;
  /** What to ask from outside, through the blackbox exporter. @default nothing */
  probes?: Probe[];
  /** `address:port` of the blackbox exporter. */
  blackbox?: pulumi.Input<string>;
  /** Alert rules: text by file name. */
  rules: Record<string, string>;
  /** `address:port` of each Alertmanager that gets the alerts. @default none: they are shown only */
  alertmanagers?: string[];
  /** Days to keep metrics. */
  retentionDays: number;
}

/**
 * Prometheus with its alert rules. What it scrapes and watches can change without a restart.
 *
 * @example
 * new Prometheus("prometheus", {
 *   endpoint: { host: "storage", platform: "debian", address: "198.18.0.13", port: 9091 },
 *   jobs: { node: { control: "198.18.0.11:9100" } },
 *   rules: {},
 *   retentionDays: 30,
 * });
 */
export class Prometheus extends pulumi.ComponentResource {
  readonly url: pulumi.Output<string>;

  constructor(name: string, args: PrometheusArgs, opts?: pulumi.ComponentResourceOptions) {
    super("groundwork:macminis:Prometheus", name, {}, opts);
    const { host, platform, address, port } = args.endpoint;
    const software = softwareOn(platform, "prometheus");
    const folder = software.configuration;

    const content = pulumi.output({ jobs: args.jobs, blackbox: args.blackbox }).apply((known) =>
      prometheusYml({
        self: args.endpoint,
        probes: args.probes ?? [],
        alertmanagers: args.alertmanagers ?? [],
        ...known,
      }),
    );
    const rules = Object.entries(args.rules).map(([file, text]) => [`${folder}/${file}`, { content: text }]);
    const configuration = new Configuration(
      `${name}-configuration`,
      {
        host,
        name: "prometheus",
        files: { [`${folder}/prometheus.yml`]: { content }, ...Object.fromEntries(rules) },
        root: folder,
        validate: [`${posix.dirname(software.program)}/promtool`, "check", "config", `${folder}/prometheus.yml`],
        activate: { unit: software.daemon, action: "reload" },
      },
      { parent: this, dependsOn: installed(name, args.endpoint, software, { parent: this }).parts },
    );
    const daemon = new Daemon(
      `${name}-daemon`,
      {
        host,
        name: software.daemon,
        description: "Prometheus",
        program: software.program,
        arguments: [
          `--config.file=${folder}/prometheus.yml`,
          `--storage.tsdb.path=${software.state}/metrics2`,
          `--storage.tsdb.retention.time=${args.retentionDays}d`,
          `--web.listen-address=${address}:${port}`,
        ],
        user: software.user,
        listens: [{ port }],
        readyTimeoutSec: 60, // it reads its journal first
      },
      { parent: this, dependsOn: [configuration] },
    );

    this.url = daemon.name.apply(() => urlOf(args.endpoint));
    this.registerOutputs({ url: this.url });
  }
}

import * as pulumi from "@pulumi/pulumi";

import type { Endpoint } from "../endpoint.ts";
import { Configuration, PackageSet, Service } from "../resources.ts";

export interface PrometheusArgs {
  endpoint: Endpoint;
  /** What to scrape: `address:port` by host. */
  targets: Record<string, pulumi.Input<string>>;
  /** Days to keep metrics. */
  retentionDays: number;
}

const unit = "prometheus";

/**
 * Prometheus, which scrapes node exporters and itself.
 *
 * @example
 * new Prometheus("prometheus", {
 *   endpoint: { host: "storage", platform: "debian", address: "198.18.0.13", port: 9091 },
 *   targets: { control: "198.18.0.11:9100" },
 *   retentionDays: 30,
 * });
 */
export class Prometheus extends pulumi.ComponentResource {
  readonly url: pulumi.Output<string>;

  constructor(name: string, args: PrometheusArgs, opts?: pulumi.ComponentResourceOptions) {
    super("groundwork:macminis:Prometheus", name, {}, opts);
    const { host, address, port } = args.endpoint;

    const packages = new PackageSet(
      `${name}-packages`,
      { host, name: "prometheus", packages: { prometheus: "*" } },
      { parent: this },
    );
    const content = pulumi.output(args.targets).apply((targets) => prometheusYml(args.endpoint, targets));
    const configuration = new Configuration(
      `${name}-configuration`,
      {
        host,
        name: "prometheus",
        files: {
          "/etc/prometheus/prometheus.yml": { content },
          "/etc/default/prometheus": { content: prometheusDefaults(args) },
        },
        validate: ["promtool", "check", "config", "/etc/prometheus/prometheus.yml"],
        activate: { unit, action: "restart" },
        healthy: ["promtool", "check", "ready", `--url=http://${address}:${port}`],
        healthyTimeoutSec: 60, // it reads its journal first
      },
      { parent: this, dependsOn: [packages] },
    );
    const service = new Service(`${name}-service`, { host, unit }, { parent: this, dependsOn: [configuration] });

    this.url = service.unit.apply(() => `http://${address}:${port}`);
    this.registerOutputs({ url: this.url });
  }
}

export function prometheusYml(endpoint: Endpoint, targets: Record<string, string>): string {
  const jobs = {
    global: { scrape_interval: "15s" },
    scrape_configs: [
      { job_name: "prometheus", static_configs: [{ targets: [`${endpoint.address}:${endpoint.port}`] }] },
      {
        job_name: "node",
        static_configs: Object.entries(targets).map(([host, target]) => ({ targets: [target], labels: { host } })),
      },
    ],
  };
  return `${JSON.stringify(jobs, undefined, 2)}\n`; // JSON is YAML
}

export const prometheusDefaults = ({ endpoint, retentionDays }: Omit<PrometheusArgs, "targets">): string =>
  `ARGS="--web.listen-address=${endpoint.address}:${endpoint.port} --storage.tsdb.retention.time=${retentionDays}d"\n`;

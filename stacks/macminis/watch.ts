import * as pulumi from "@pulumi/pulumi";

import { Exporter, type ExporterArgs } from "../../src/components/macminis/exporter.ts";
import { Grafana } from "../../src/components/macminis/grafana.ts";
import { clientsOf, reachedFrom } from "../../src/components/macminis/model.ts";
import { exporterOf } from "../../src/components/macminis/model-services.ts";
import type { NginxProxy } from "../../src/components/macminis/nginx-proxy.ts";
import type { PostgresServer } from "../../src/components/macminis/postgres-server.ts";
import { probesOf } from "../../src/components/macminis/probes.ts";
import { Prometheus } from "../../src/components/macminis/prometheus.ts";
import { blackboxYml } from "../../src/components/macminis/prometheus-config.ts";
import type { RedisServer } from "../../src/components/macminis/redis-server.ts";
import { Watchdog } from "../../src/components/macminis/watchdog.ts";
import { Directory } from "../../src/components/resources.ts";
import { metricsFolder, obtainable } from "../../src/components/software.ts";
import type { Context } from "./context.ts";
import { logs } from "./logs.ts";
import { off } from "./off.ts";
import { template } from "./template.ts";

export interface Watched {
  nginx: NginxProxy;
  postgres: PostgresServer;
  redis: RedisServer;
}

/** Metrics, and what shows them and the logs. */
export function watch(context: Context, { nginx, postgres, redis }: Watched) {
  const { config, model, opts, at, password, site } = context;
  const { services } = config;
  const made = (name: string, software: ExporterArgs["software"], more: Partial<ExporterArgs> = {}) =>
    new Exporter(name, { endpoint: at(name), software, artefact: services[software].artefact, ...more }, opts);
  const exporter = (name: string, software: ExporterArgs["software"], more: Partial<ExporterArgs> = {}) =>
    model.services.some((service) => service.name === name) // or there is no program for it
      ? { [at(name).host]: made(name, software, more).target }
      : {};

  const node = Object.entries(model.hosts).map(([host, { platform }]) => {
    const place = { host, path: metricsFolder[platform], destroyOnDelete: true };
    const told = new Directory(`${host}-metrics-folder`, place, { provider: opts.providers[0] });
    const exporter = made(exporterOf(host), "nodeExporter", {
      arguments: [pulumi.interpolate`--collector.textfile.directory=${told.path}`],
    });
    return [host, exporter] as const;
  });
  const kept = logs(context, { [services.nginx.host]: { nginx: nginx.accessLog } });
  const metrics = { provider: opts.providers[0], dependsOn: node.map(([, exporter]) => exporter) };
  const blackbox = exporter("blackbox-exporter", "blackboxExporter", { configuration: blackboxYml() });
  const prometheus = new Prometheus(
    "prometheus",
    {
      endpoint: at("prometheus"),
      jobs: {
        node: Object.fromEntries(node.map(([host, { target }]) => [host, target])),
        nginx: exporter("nginx-exporter", "nginxExporter", {
          arguments: [pulumi.interpolate`--nginx.scrape-uri=${nginx.status}`],
        }),
        api: { [services.nginx.host]: nginx.metrics },
        postgres: exporter("postgres-exporter", "postgresExporter", {
          secretEnvironment: {
            DATA_SOURCE_URI: pulumi.interpolate`${postgres.endpoint.address}:${postgres.endpoint.port}/${postgres.database}?sslmode=require`,
            DATA_SOURCE_USER: postgres.reader.user,
            DATA_SOURCE_PASS: postgres.reader.password,
          },
        }),
        redis: exporter("redis-exporter", "redisExporter", {
          environment: { REDIS_ADDR: `redis://${redis.endpoint.address}:${redis.endpoint.port}` },
          secretEnvironment: { REDIS_PASSWORD: redis.password },
        }),
        alloy: kept.shippers,
      },
      blackbox: blackbox[services.prometheus.host],
      probes: probesOf(model),
      rules: rulesOf(services),
      alertmanagers: services.prometheus.alertmanagers,
      retentionDays: services.prometheus.retentionDays,
    },
    opts,
  );
  const { watchdog } = services.prometheus;
  if (watchdog) {
    const { platform } = model.hosts[watchdog.host]!;
    new Watchdog("watchdog", { ...watchdog, platform, prometheus: prometheus.url }, opts);
  }
  const { grafana } = services;
  const shown =
    grafana && obtainable(at("grafana").platform, "grafana", grafana.artefact)
      ? new Grafana(
          "grafana",
          {
            endpoint: at("grafana"),
            site: "nginx" in clientsOf(model, "grafana") ? site : undefined,
            prometheus: prometheus.url,
            loki: kept.url,
            password: password("grafanaAdmin"),
            artefact: grafana.artefact,
          },
          opts,
        )
      : undefined;
  const readers = reachedFrom(model, "prometheus").join(", ");
  const open = pulumi.interpolate`${prometheus.url} (no password; reachable from ${readers})`;
  const login = "admin, whose password `pulumi stack output grafanaPassword --show-secrets` shows";
  const board = shown ? pulumi.interpolate`${shown.url} (${login})` : off("grafana", grafana);
  const endpoints = { prometheus: open, grafana: board, ...kept.endpoints };
  return { endpoints, prometheus, metrics, logins: shown ? { grafanaPassword: shown.password } : {} };
}

/** Text of rules by file name; those of a job only where there is one, since it is missed too. */
function rulesOf({ postgres, ddc }: Context["config"]["services"]): Record<string, string> {
  const files = [
    "groundwork.rules.yml",
    ...(postgres.backup ? ["backup.rules.yml"] : []),
    ...(ddc?.enabled && ddc.dumps ? ["copies.rules.yml"] : []),
  ];
  return Object.fromEntries(files.map((file) => [file, template(`prometheus/${file}`)]));
}

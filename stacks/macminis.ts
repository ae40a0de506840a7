// Three Mac Minis: site and API on one, models on another, data and metrics on the third.
import { readFileSync } from "node:fs";
import * as pulumi from "@pulumi/pulumi";

import { judge } from "../src/checks/judge.ts";
import { endpointOf, exporterOf, macminisModel } from "../src/components/macminis/model.ts";
import { NginxProxy } from "../src/components/macminis/nginx-proxy.ts";
import { NodeExporter } from "../src/components/macminis/node-exporter.ts";
import { PostgresServer } from "../src/components/macminis/postgres-server.ts";
import { Prometheus } from "../src/components/macminis/prometheus.ts";
import { RedisServer } from "../src/components/macminis/redis-server.ts";
import { SampleApi } from "../src/components/macminis/sample-api.ts";
import { Provider } from "../src/components/provider.ts";
import { type MacminisConfig, macminisConfig } from "../src/schemas/macminis.ts";
import { connections, refuseBroken } from "./config.ts";

export const schema = macminisConfig;

const template = (path: string): string => readFileSync(new URL(`../templates/${path}`, import.meta.url), "utf8");

export function deploy(config: MacminisConfig) {
  const { hosts, services, rotation, secrets } = config;
  const model = macminisModel(config);
  refuseBroken(judge(model, config.waivers, new Date().toISOString().slice(0, 10)));
  const at = (name: string) => endpointOf(model, name);
  const password = (name: keyof typeof rotation) => ({ given: secrets[name], rotation: rotation[name] });

  const provider = new Provider("hosts", { hosts: connections(hosts), offline: config.offline });
  const opts = { providers: [provider] };

  const postgres = new PostgresServer(
    "postgres",
    {
      endpoint: at("postgres"),
      network: model.network,
      memoryMiB: services.postgres.memoryMiB,
      database: services.postgres.database,
      owner: { name: services.postgres.owner, password: password("postgresOwner") },
      application: { name: services.postgres.application, password: password("postgresApplication") },
    },
    opts,
  );
  const redis = new RedisServer(
    "redis",
    { endpoint: at("redis"), memoryMiB: services.redis.memoryMiB, password: password("redis") },
    opts,
  );
  const api = new SampleApi(
    "api",
    {
      endpoint: at("api"),
      memoryMiB: services.api.memoryMiB,
      rateLimit: services.api.rateLimit,
      postgres,
      redis,
      program: template("api/server.mjs"),
      tables: template("api/schema.sql"),
    },
    opts,
  );
  const nginx = new NginxProxy(
    "nginx",
    { endpoint: at("nginx"), api: at("api"), site: { "index.html": template("web/index.html") } },
    { ...opts, dependsOn: [api] },
  );
  const exporters = Object.keys(hosts).map((host) => {
    const name = exporterOf(host);
    return [host, new NodeExporter(name, { endpoint: at(name) }, opts).target] as const;
  });
  const prometheus = new Prometheus(
    "prometheus",
    {
      endpoint: at("prometheus"),
      targets: Object.fromEntries(exporters),
      retentionDays: services.prometheus.retentionDays,
    },
    opts,
  );

  return {
    endpoints: {
      site: nginx.url,
      health: pulumi.interpolate`${nginx.url}/health`,
      prometheus: prometheus.url,
      postgres: pulumi.interpolate`postgres://${at("postgres").address}:${at("postgres").port}/${postgres.database}`,
    },
  };
}

import * as pulumi from "@pulumi/pulumi";

import { clientsOf } from "../../src/components/macminis/model.ts";
import { PostgresServer } from "../../src/components/macminis/postgres-server.ts";
import { RedisServer } from "../../src/components/macminis/redis-server.ts";
import type { Context } from "./context.ts";

/** Database and cache. */
export function data(context: Context) {
  const { config, opts, at, password } = context;
  const postgres = new PostgresServer("postgres", postgresArgs(context), opts);
  const redis = new RedisServer(
    "redis",
    { endpoint: at("redis"), memoryMiB: config.services.redis.memoryMiB, password: password("redis") },
    opts,
  );
  const { address, port } = postgres.endpoint;
  const url = pulumi.interpolate`postgres://${address}:${port}/${postgres.database}`;
  return { postgres, redis, endpoints: { postgres: url } };
}

/** Each role is let in from the hosts that use it, by the model. */
function postgresArgs({ config, model, at, password }: Context) {
  const { host, version, database, owner, application, reader, backup, pgvector } = config.services.postgres;
  const { "postgres-exporter": exporter, "postgres-backup": dumps, ...applications } = clientsOf(model, "postgres");
  const from = [...new Set(Object.values(applications))].sort();
  const only = (address: string | undefined): string[] => (address === undefined ? [] : [address]);
  return {
    endpoint: at("postgres"),
    version,
    hostMemoryMiB: model.hosts[host]?.memoryMiB ?? 0,
    database,
    owner: { name: owner, password: password("postgresOwner"), from },
    application: { name: application, password: password("postgresApplication"), from },
    reader: { name: reader, password: password("postgresReader"), from: only(exporter) },
    backup: backup && { name: backup.role, password: password("postgresBackup"), from: only(dumps) },
    pgvector,
  };
}

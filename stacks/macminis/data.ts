import * as pulumi from "@pulumi/pulumi";

import { PostgresServer } from "../../src/components/macminis/postgres-server.ts";
import { RedisServer } from "../../src/components/macminis/redis-server.ts";
import type { Context } from "./context.ts";

/** Database and cache. */
export function data({ config: { services }, model, opts, at, password }: Context) {
  const endpoint = at("postgres");
  const postgres = new PostgresServer(
    "postgres",
    {
      endpoint,
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
  const url = pulumi.interpolate`postgres://${endpoint.address}:${endpoint.port}/${postgres.database}`;
  return { postgres, redis, endpoints: { postgres: url } };
}

import { readFileSync } from "node:fs";
import * as pulumi from "@pulumi/pulumi";

import { NginxProxy } from "../../src/components/macminis/nginx-proxy.ts";
import type { PostgresServer } from "../../src/components/macminis/postgres-server.ts";
import type { RedisServer } from "../../src/components/macminis/redis-server.ts";
import { SampleApi } from "../../src/components/macminis/sample-api.ts";
import type { Context } from "./context.ts";

const template = (path: string): string => readFileSync(new URL(`../../templates/${path}`, import.meta.url), "utf8");

export interface Backends {
  postgres: PostgresServer;
  redis: RedisServer;
}

/** API and site. */
export function web({ config: { services }, opts, at }: Context, { postgres, redis }: Backends) {
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
  return { site: nginx.url, health: pulumi.interpolate`${nginx.url}/health` };
}

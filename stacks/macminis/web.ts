import * as pulumi from "@pulumi/pulumi";
import { Api } from "../../src/components/macminis/api.ts";
import { apiModels } from "../../src/components/macminis/api-models.ts";
import { DroppedVectors } from "../../src/components/macminis/dropped-vectors.ts";
import { clientsOf } from "../../src/components/macminis/model.ts";
import { NginxProxy } from "../../src/components/macminis/nginx-proxy.ts";
import type { ProgramSource } from "../../src/components/macminis/node-program.ts";
import type { Ollama } from "../../src/components/macminis/ollama.ts";
import type { PostgresServer } from "../../src/components/macminis/postgres-server.ts";
import type { RedisServer } from "../../src/components/macminis/redis-server.ts";
import type { Reranker } from "../../src/components/macminis/reranker.ts";
import { RobApi } from "../../src/components/macminis/rob-api.ts";
import { urlOf } from "../../src/components/macminis/urls.ts";
import type { WikiChunks } from "../../src/components/macminis/wiki-chunks.ts";
import type { CertificateAuthority } from "../../src/components/resources.ts";
import type { Context } from "./context.ts";
import { sampleApi } from "./sample-api.ts";
import { siteTls } from "./site-tls.ts";
import { smoke } from "./smoke.ts";
import { template } from "./template.ts";

export interface Backends {
  postgres: PostgresServer;
  chunks: WikiChunks;
  redis: RedisServer;
  ollama: Ollama;
  reranker: Reranker | undefined;
}

/** APIs and site, and whether they do what they are for. */
export async function web(context: Context, backends: Backends, authority: CertificateAuthority) {
  const { config, model, opts, at } = context;
  const { services } = config;
  const api = apiOf(context, backends, context.config.services.api.artefact ?? (await sampleApi()));
  const rob = robOf(context, backends);
  dropVectors(context, backends, rob ? [api, rob] : [api]);
  const tls = siteTls(context, authority);
  const watcher = model.hosts[services.prometheus.host]?.address;
  const nginx = new NginxProxy(
    "nginx",
    {
      endpoint: at("nginx"),
      tls: tls?.certificate,
      httpPort: services.nginx.httpPort,
      serverName: services.nginx.serverName,
      api: at("api"),
      rob: rob && at("rob"),
      grafana: "nginx" in clientsOf(model, "grafana") ? at("grafana") : undefined,
      site: services.nginx.site ?? { "index.html": template("web/index.html") },
      rateLimit: services.api.rateLimit,
      watchers: watcher === undefined ? [] : [watcher],
    },
    { ...opts, dependsOn: rob ? [api, rob] : [api] },
  );
  smoke(context, { api, nginx, models: backends.ollama, ranking: backends.reranker });
  const certificateEnds = tls?.ends ? [{ host: services.nginx.host, name: "site", ends: tls.ends }] : [];
  return { nginx, certificateEnds, endpoints: { site: nginx.url, health: pulumi.interpolate`${nginx.url}/health` } };
}

function apiOf(
  { config: { services }, model, opts, at, site }: Context,
  backends: Backends,
  program: ProgramSource,
): Api {
  const { postgres, chunks, redis, ollama: serving, reranker } = backends;
  const { api, ollama } = services;
  return new Api(
    "api",
    {
      endpoint: at("api"),
      memoryMiB: api.memoryMiB,
      program,
      postgres,
      column: chunks.column,
      redis,
      ollama: at("ollama"),
      reranker: reranker && { endpoint: at("reranker"), key: reranker.apiKey },
      models: apiModels(ollama, api.embedPrefixes),
      publicUrl: site,
      notionToken: api.notionToken,
      ddc: "api" in clientsOf(model, "ddc"),
      kesUrl: "api" in clientsOf(model, "kes") ? urlOf(at("kes"), "https") : undefined,
      logLevel: api.logLevel,
    },
    { ...opts, dependsOn: [serving] },
  );
}

/** Whoever used them uses others by then. */
function dropVectors({ config, opts }: Context, { postgres }: Backends, dependsOn: pulumi.Resource[]): void {
  const generations = config.services.postgres.droppedGenerations;
  if (generations.length > 0) new DroppedVectors("dropped-vectors", { postgres, generations }, { ...opts, dependsOn });
}

function robOf({ config: { services }, opts, at, site }: Context, { postgres, redis }: Backends): RobApi | undefined {
  const { rob } = services;
  if (!rob?.enabled || !rob.artefact) return undefined; // MM-20 refuses it without
  const { memoryMiB, artefact } = rob;
  const publicUrl = `${site}/rob`;
  return new RobApi("rob", { endpoint: at("rob"), memoryMiB, artefact, postgres, redis, publicUrl }, opts);
}

import { X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import * as pulumi from "@pulumi/pulumi";
import { IssuedCertificate } from "../../src/components/issued-certificate.ts";
import { Api } from "../../src/components/macminis/api.ts";
import { apiModels } from "../../src/components/macminis/api-models.ts";
import { clientsOf } from "../../src/components/macminis/model.ts";
import { NginxProxy } from "../../src/components/macminis/nginx-proxy.ts";
import type { ProgramSource } from "../../src/components/macminis/node-program.ts";
import type { Ollama } from "../../src/components/macminis/ollama.ts";
import type { PostgresServer } from "../../src/components/macminis/postgres-server.ts";
import type { RedisServer } from "../../src/components/macminis/redis-server.ts";
import type { Reranker } from "../../src/components/macminis/reranker.ts";
import { RobApi } from "../../src/components/macminis/rob-api.ts";
import type { SiteTls } from "../../src/components/macminis/site-certificate.ts";
import { siteUrl, urlOf } from "../../src/components/macminis/urls.ts";
import type { WikiChunks } from "../../src/components/macminis/wiki-chunks.ts";
import { type CertificateAuthority, Directory } from "../../src/components/resources.ts";
import type { Context } from "./context.ts";
import { sampleApi } from "./sample-api.ts";
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
  const tls = tlsOf(context, authority);
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

function apiOf({ config: { services }, model, opts, at }: Context, backends: Backends, program: ProgramSource): Api {
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
      publicUrl: siteOf(services, at),
      notionToken: api.notionToken,
      ddc: "api" in clientsOf(model, "ddc"),
      kesUrl: "api" in clientsOf(model, "kes") ? urlOf(at("kes"), "https") : undefined,
      logLevel: api.logLevel,
    },
    { ...opts, dependsOn: [serving] },
  );
}

function robOf({ config: { services }, opts, at }: Context, { postgres, redis }: Backends): RobApi | undefined {
  const { rob } = services;
  if (!rob?.enabled || !rob.artefact) return undefined; // MM-20 refuses it without
  const { memoryMiB, artefact } = rob;
  const publicUrl = `${siteOf(services, at)}/rob`;
  return new RobApi("rob", { endpoint: at("rob"), memoryMiB, artefact, postgres, redis, publicUrl }, opts);
}

const siteOf = ({ nginx }: Context["config"]["services"], at: Context["at"]): string =>
  siteUrl(at("nginx"), { serverName: nginx.serverName, tls: nginx.tls !== undefined });

interface Tls {
  readonly certificate: SiteTls;
  /** Left out where the certificate is none, which Nginx tells. */
  readonly ends?: pulumi.Input<string> | undefined;
}

function tlsOf({ config, opts, at }: Context, authority: CertificateAuthority): Tls | undefined {
  const { tls, serverName } = config.services.nginx;
  if (!tls || tls.mode === "acme-dns") return undefined; // MM-26 refuses the latter
  if (tls.mode === "files") {
    const certificate = readFileSync(tls.certificate, "utf8");
    const key = pulumi.secret(readFileSync(tls.key, "utf8"));
    return { certificate: { certificate, key }, ends: endOf(certificate) };
  }
  const { host, address } = at("nginx");
  const names = [...new Set([serverName, host])].filter((name) => name !== "_");
  const provider = opts.providers[0];
  const folder = new Directory("site-certificate-folder", { host, path: "/etc/groundwork-site" }, { provider });
  const issued = new IssuedCertificate(
    "site-certificate",
    {
      host,
      authority,
      commonName: "site",
      folder: folder.path,
      subjectAlternativeNames: [`IP:${address}`, ...names.map((name) => `DNS:${name}`)],
      days: tls.days,
      renewBeforeDays: tls.renewBefore,
    },
    opts,
  );
  return { certificate: { issued, authority: authority.certificate }, ends: issued.notAfter };
}

function endOf(pem: string): string | undefined {
  try {
    return new X509Certificate(pem).validTo;
  } catch {
    return undefined;
  }
}

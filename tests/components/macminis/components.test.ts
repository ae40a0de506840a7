import * as pulumi from "@pulumi/pulumi";
import { expect, test } from "vitest";

import { Alloy } from "../../../src/components/macminis/alloy.ts";
import { Api } from "../../../src/components/macminis/api.ts";
import { DdcDumps } from "../../../src/components/macminis/ddc-dumps.ts";
import { DdcNode } from "../../../src/components/macminis/ddc-node.ts";
import { DroppedVectors } from "../../../src/components/macminis/dropped-vectors.ts";
import { EmbeddedTexts } from "../../../src/components/macminis/embedded-texts.ts";
import { Exporter } from "../../../src/components/macminis/exporter.ts";
import { Grafana } from "../../../src/components/macminis/grafana.ts";
import { Kes } from "../../../src/components/macminis/kes.ts";
import { Loki } from "../../../src/components/macminis/loki.ts";
import { NginxProxy } from "../../../src/components/macminis/nginx-proxy.ts";
import { Ollama } from "../../../src/components/macminis/ollama.ts";
import { PostgresBackup } from "../../../src/components/macminis/postgres-backup.ts";
import { PostgresServer } from "../../../src/components/macminis/postgres-server.ts";
import { Prometheus } from "../../../src/components/macminis/prometheus.ts";
import { RedisServer } from "../../../src/components/macminis/redis-server.ts";
import { Reranker } from "../../../src/components/macminis/reranker.ts";
import { RobApi } from "../../../src/components/macminis/rob-api.ts";
import { SmokeTests } from "../../../src/components/macminis/smoke-tests.ts";
import { Watchdog } from "../../../src/components/macminis/watchdog.ts";
import { WikiChunks } from "../../../src/components/macminis/wiki-chunks.ts";
import { CertificateAuthority } from "../../../src/components/resources.ts";
import { record } from "../record.ts";

const onStorage = { host: "storage", platform: "debian", address: "198.18.0.13", port: 5432 } as const;
const onControl = { host: "control", platform: "debian", address: "127.0.0.1", port: 3000 } as const;
const onMac = { host: "storage", platform: "darwin", address: "192.168.1.13", port: 3000 } as const;
const texts = {
  endpoint: onStorage,
  at: { host: "storage", administrator: "postgres", programs: "/usr/lib/postgresql/17/bin", data: "/srv/wiki" },
  database: "projectsot",
  owner: "sot_migrate",
};
const artefact = {
  url: "https://example.com/loki.tar.gz",
  sha256: "0".repeat(64),
  stripComponents: 0,
  program: "loki",
  args: [],
  env: {},
};

const container = {
  image: `example.com/ddc@sha256:${"0".repeat(64)}`,
  args: ["--quiet"],
  env: { MODE: "office" },
  dataDir: "/data",
};
const rob = { ...artefact, program: "main.mjs", args: ["--quiet"], env: { MODE: "office" } };
const backends = () => ({
  postgres: {
    endpoint: onStorage,
    database: "projectsot",
    owner: "sot_owner",
    application: { role: "sot_app", user: "sot_app_1", password: pulumi.secret("p/w") },
    authority: "PEM",
    at: { host: "storage", administrator: "postgres", programs: "/usr/lib/postgresql/17/bin", data: "/srv/wiki" },
  },
  redis: { endpoint: { ...onControl, port: 6379 }, password: pulumi.secret("p@w") },
  publicUrl: "https://wiki.example.org",
});

const components: Record<string, () => pulumi.ComponentResource> = {
  PostgresServer: () =>
    new PostgresServer("db", {
      endpoint: onStorage,
      authority: new CertificateAuthority("authority", { host: "storage", path: "/etc/authority", commonName: "Wiki" }),
      restore: "text of the program",
      hostMemoryMiB: 32768,
      database: "projectsot",
      owner: { name: "sot_migrate", password: { rotation: 2 }, from: ["198.18.0.11"] },
      application: { name: "sot_app", password: { given: "of the application", rotation: 1 }, from: ["198.18.0.11"] },
      reader: { name: "sot_read", password: { rotation: 1 }, from: ["198.18.0.13"] },
      backup: { name: "sot_backup", password: { rotation: 3 }, from: ["198.18.0.12"] },
    }),
  PostgresBackup: () =>
    new PostgresBackup("backup", {
      host: "control",
      platform: "darwin",
      version: 16,
      postgres: { endpoint: onStorage, database: "projectsot", authority: "PEM" },
      login: { role: "sot_backup", user: "sot_backup_1", password: pulumi.secret("of the dumps") },
      hour: 3,
      copies: 14,
      program: "text of the program",
    }),
  EmbeddedTexts: () =>
    new EmbeddedTexts("texts", {
      postgres: {
        ...texts,
        at: { ...texts.at, administrator: "_postgres", programs: "/opt/homebrew/opt/postgresql@16/bin" },
      },
      table: "wiki_chunks",
      body: "content",
      vectors: "embedding_2",
      embedding: { server: "http://192.168.1.12:11434", model: "nomic-embed-text", prefix: "search_document: " },
      program: "text of the program",
    }),
  WikiChunks: () =>
    new WikiChunks("chunks", {
      postgres: texts,
      embedding: { server: "http://192.168.1.12:11434", model: "nomic-embed-text" },
      dimension: 768,
      generation: 2,
      body: "body",
      definition: "CREATE TABLE ...",
      embed: "text of the program",
      imported: { source: "/srv/a.sql", sha256: "0".repeat(64), rows: 7, vectorColumn: "embedding", reembed: true },
    }),
  DroppedVectors: () =>
    new DroppedVectors("dropped", {
      postgres: texts,
      generations: [1, 2],
    }),
  Ollama: () =>
    new Ollama("models", {
      endpoint: { ...onStorage, port: 11434 },
      artefact: { ...artefact, program: undefined },
      contextLength: 8192,
      dimension: 768,
      models: {
        primary: { model: "llama3.3:70b-instruct-q4_K_M", use: "generation", resident: "always" },
        embedding: { model: "nomic-embed-text", use: "embedding", resident: "always", digest: "0a109f422b47" },
        rerank: { model: "mxbai-rerank-base", use: "rerank", runtime: "infinity" },
      },
    }),
  "Ollama on a Mac": () =>
    new Ollama("models", { endpoint: { ...onMac, port: 11434 }, gpuWiredLimitMiB: 57344, dimension: 768, models: {} }),
  Reranker: () =>
    new Reranker("rerank", {
      endpoint: { ...onMac, port: 7997 },
      model: "mixedbread-ai/mxbai-rerank-base-v1",
      version: "0.0.77",
      requirements: "infinity-emb[server,torch]==VERSION",
      apiKey: { rotation: 1 },
    }),
  RedisServer: () =>
    new RedisServer("cache", { endpoint: { ...onControl, port: 6379 }, memoryMiB: 256, password: { rotation: 1 } }),
  Api: () =>
    new Api("api", {
      endpoint: onControl,
      memoryMiB: 256,
      program: { text: "text of the program" },
      column: "embedding",
      ...backends(),
      ollama: { host: "inference", platform: "debian", address: "198.18.0.12", port: 11434 },
      models: { generation: "big", fallback: "small", embedding: "nomic-embed-text", dimension: 768 },
      notionToken: "of Notion",
      reranker: { endpoint: { ...onControl, port: 7997 }, key: "of the reranker" },
    }),
  RobApi: () =>
    new RobApi("rob", { endpoint: { ...onControl, port: 3001 }, memoryMiB: 256, artefact: rob, ...backends() }),
  SmokeTests: () =>
    new SmokeTests("smoke", {
      site: "https://198.18.0.11",
      program: "text of the program",
      tests: { site: ["one"], score: ["two"] },
      dimension: 768,
      logs: {},
    }),
  NginxProxy: () =>
    new NginxProxy("web", {
      endpoint: { host: "control", platform: "debian", address: "198.18.0.11", port: 80 },
      api: onControl,
      site: { "index.html": "<!doctype html>" },
    }),
  "NginxProxy by TLS": () =>
    new NginxProxy("web", {
      endpoint: { host: "control", platform: "debian", address: "198.18.0.11", port: 443 },
      tls: { certificate: "a certificate", key: "key of the certificate" },
      serverName: "wiki.example.org",
      api: onControl,
      rob: { ...onControl, port: 3001 },
      site: rob,
      watchers: ["198.18.0.13"],
    }),
  "NginxProxy on a Mac": () =>
    new NginxProxy("web", {
      endpoint: { host: "control", platform: "darwin", address: "198.18.0.11", port: 443 },
      tls: {
        issued: { certificate: "/etc/site.crt", key: "/etc/site.key", fingerprint: "1" },
        authority: "an authority",
      },
      api: onControl,
      site: rob,
    }),
  Exporter: () => new Exporter("metrics", { endpoint: { ...onStorage, port: 9100 }, software: "nodeExporter" }),
  Prometheus: () =>
    new Prometheus("prometheus", {
      endpoint: { ...onStorage, port: 9091 },
      jobs: { node: { control: "198.18.0.11:9100" } },
      probes: [{ name: "site", host: "control", module: "http_2xx", target: "http://198.18.0.11/healthz" }],
      blackbox: "127.0.0.1:9115",
      rules: { "groundwork.rules.yml": "groups: []" },
      retentionDays: 30,
    }),
  Grafana: () =>
    new Grafana("grafana", {
      endpoint: onMac,
      prometheus: "http://192.168.1.13:9091",
      loki: "http://192.168.1.11:3100",
      password: { rotation: 1 },
    }),
  Loki: () => new Loki("loki", { endpoint: { ...onControl, port: 3100 }, grpcPort: 9095, retentionDays: 30, artefact }),
  Alloy: () => new Alloy("alloy", { endpoint: { ...onMac, port: 12345 }, loki: "http://192.168.1.11:3100" }),
  "Alloy on Debian": () =>
    new Alloy("alloy", {
      endpoint: { ...onControl, port: 12345 },
      loki: "http://192.168.1.11:3100",
      files: { nginx: "/var/log/nginx/access.log" },
      artefact,
    }),
  Kes: () =>
    new Kes("keys", {
      endpoint: { ...onStorage, port: 8080 },
      memoryMiB: 128,
      artefact: { ...artefact, program: "kes" },
      keys: { "wiki-knowledge-key": { version: 2, oldest: 1 } },
      agents: {
        "sot-query-agent": {
          ...{ host: "control", platform: "debian", owner: "sot", days: 90, rotation: 2 },
          ...{ keys: ["wiki-knowledge-key"], operations: ["decrypt"] },
        },
      },
      seal: "text of the program",
    }),
  DdcNode: () =>
    new DdcNode("ddc", {
      endpoint: { ...onStorage, port: 9090 },
      memoryMiB: 512,
      program: { ...artefact, program: "ddc", args: ["--quiet"], dataDir: "/srv/ddc" },
      sync: { host: "control", seal: "/etc/kes-ddc/seal", key: "wiki-knowledge-key" },
    }),
  "DdcNode as a container": () =>
    new DdcNode("ddc", { endpoint: { ...onStorage, port: 9090 }, memoryMiB: 512, program: container }),
  "DdcNode as a container on a Mac": () =>
    new DdcNode("ddc", {
      endpoint: { ...onMac, port: 9090 },
      memoryMiB: 512,
      program: { ...container, engine: "unix:///Users/admin/.colima/default/docker.sock" },
    }),
  DdcDumps: () =>
    new DdcDumps("copies", {
      sync: { host: "control", seal: "/etc/kes-ddc/seal", key: "wiki-knowledge-key" },
      platform: "debian",
      node: { address: "198.18.0.13", port: 9090 },
      database: "projectsot",
      dumps: {
        store: ["ddc-cli", "put", "{file}", "http://{address}:{port}/{name}"],
        fetch: ["ddc-cli", "get", "{name}", "{file}"],
        list: ["ddc-cli", "ls"],
        remove: ["ddc-cli", "rm", "{name}"],
        copies: 7,
        client: artefact,
        env: { BUCKET: "wiki" },
        secretEnv: { WALLET: "of the wallet" },
      },
      program: "text of the program",
    }),
  Watchdog: () =>
    new Watchdog("watchdog", {
      host: "control",
      platform: "debian",
      prometheus: "http://198.18.0.13:9091",
      ping: "https://example.com/abc",
    }),
};

test.each(Object.entries(components))("%s registers what it says", async (_, make) => {
  const { registered } = await record(make);
  expect(registered).toMatchSnapshot();
});

test.each(Object.entries(components))("%s: children belong to it and carry its name", async (_, make) => {
  const { registered } = await record(make);
  const component = registered.find(({ type }) => type.startsWith("groundwork:macminis:"));
  const children = registered.filter(({ parent }) => parent !== undefined);
  expect(children.length).toBeGreaterThan(1);
  for (const child of children) {
    expect(child.parent?.startsWith(`${component?.name}`)).toBe(true);
    expect(child.name.startsWith(`${component?.name}-`)).toBe(true);
  }
});

test("passwords reach the engine as secrets only", async () => {
  const { registered } = await record(() => Object.values(components).map((make) => make()));
  const open = JSON.stringify(registered, (key, value) => (key === "secret" ? undefined : value));
  const all = JSON.stringify(registered);
  for (const secret of ["of the application", "p%2Fw", "p%40w", "generated for cache-password"]) {
    expect(all).toContain(secret);
  }
  expect(open).not.toMatch(
    /of the application|of Notion|of the wallet|key of the certificate|p\/w|p%2Fw|p@w|p%40w|generated for/,
  );
});

import { readFileSync } from "node:fs";
import * as pulumi from "@pulumi/pulumi";

import { apiModels } from "../../src/components/macminis/api-models.ts";
import { ImportedTable } from "../../src/components/macminis/imported-table.ts";
import { clientsOf } from "../../src/components/macminis/model.ts";
import type { Ollama } from "../../src/components/macminis/ollama.ts";
import { PostgresBackup } from "../../src/components/macminis/postgres-backup.ts";
import { PostgresServer, type PostgresServerArgs } from "../../src/components/macminis/postgres-server.ts";
import { RedisServer } from "../../src/components/macminis/redis-server.ts";
import { WikiChunks, type WikiChunksArgs } from "../../src/components/macminis/wiki-chunks.ts";
import type { CertificateAuthority } from "../../src/components/resources.ts";
import type { Context } from "./context.ts";
import { template } from "./template.ts";

/** Database and cache. */
export function data(context: Context, authority: CertificateAuthority, ollama: Ollama) {
  const { config, opts, at, password } = context;
  const postgres = new PostgresServer("postgres", postgresArgs(context, authority), opts);
  backup(context, postgres);
  const chunks = new WikiChunks("wiki-chunks", chunksArgs(context, postgres, ollama), opts);
  importedTables(context, postgres);
  const redis = new RedisServer(
    "redis",
    { endpoint: at("redis"), memoryMiB: config.services.redis.memoryMiB, password: password("redis") },
    opts,
  );
  const { address, port } = postgres.endpoint;
  const url = pulumi.interpolate`postgres://${address}:${port}/${postgres.database}`;
  return { postgres, chunks, redis, endpoints: { postgres: url } };
}

/** Each role is let in from the hosts that use it, by the model. */
function postgresArgs({ config, model, at, password }: Context, authority: CertificateAuthority): PostgresServerArgs {
  const { host, version, packages, database, owner, application, reader, backup, pgvector } = config.services.postgres;
  const { "postgres-exporter": exporter, "postgres-backup": dumps, ...applications } = clientsOf(model, "postgres");
  const from = [...new Set(Object.values(applications))].sort();
  const only = (address: string | undefined): string[] => (address === undefined ? [] : [address]);
  return {
    endpoint: at("postgres"),
    version,
    packages,
    hostMemoryMiB: model.hosts[host]?.memoryMiB ?? 0,
    database,
    owner: { name: owner, password: password("postgresOwner"), from },
    application: { name: application, password: password("postgresApplication"), from },
    reader: { name: reader, password: password("postgresReader"), from: only(exporter) },
    backup: backup && { name: backup.role, password: password("postgresBackup"), from: only(dumps) },
    authority,
    restore: template("postgres/restore"),
    pgvector,
  };
}

function backup({ config, model, opts }: Context, postgres: PostgresServer): void {
  const { backup } = config.services.postgres;
  const place = backup && model.hosts[backup.host];
  if (!place || !postgres.backup) return;
  const { host, hour, copies } = backup;
  const { platform } = place;
  const { version } = postgres;
  new PostgresBackup(
    "postgres-backup",
    { host, platform, version, postgres, login: postgres.backup, hour, copies, program: template("postgres/backup") },
    opts,
  );
}

/** All but the texts, whose vectors need more care. */
function importedTables({ config, opts }: Context, postgres: PostgresServer): void {
  const { wiki_chunks: _, ...tables } = config.import?.tables ?? {};
  for (const [table, { definition, source, sha256, rows }] of Object.entries(tables)) {
    const made = definition && readFileSync(definition, "utf8");
    new ImportedTable(`imported-${table}`, { postgres, table, definition: made, source, sha256, rows }, opts);
  }
}

function chunksArgs({ config }: Context, postgres: PostgresServer, serving: Ollama): WikiChunksArgs {
  const { ollama, postgres: service, api } = config.services;
  const { embedding: model, prefixes } = apiModels(ollama, api.embedPrefixes);
  const chunks = config.import?.tables["wiki_chunks"];
  return {
    postgres,
    embedding: { server: serving.embedding, model, prefix: prefixes?.document },
    dimension: ollama.dimension,
    generation: service.generation,
    body: service.body,
    embed: template("postgres/embed"),
    definition: chunks?.definition ? readFileSync(chunks.definition, "utf8") : template("postgres/wiki_chunks.sql"),
    imported: chunks && { ...chunks, reembed: config.import?.reembed ?? false },
  };
}

import * as pulumi from "@pulumi/pulumi";

import type { Endpoint, LimitedArgs } from "../endpoint.ts";
import { sha256 } from "../sha256.ts";
import { nodeDaemon, nodeProgram, type ProgramSource } from "./node-program.ts";
import { databaseUrl, trustedAuthority } from "./postgres-client.ts";
import type { PostgresAccess } from "./postgres-server.ts";
import { type CacheAccess, cacheUrl, urlOf } from "./urls.ts";

export interface ApiArgs extends LimitedArgs {
  /** An archive, or the text of the sample, an ES module for Node. */
  program: ProgramSource;
  /** The database, which it uses as `application`. */
  postgres: PostgresAccess;
  /** Column of wiki_chunks that has the vectors. */
  column: pulumi.Input<string>;
  /** Its cache. */
  redis: CacheAccess;
  /** What runs `models`. */
  ollama: Endpoint;
  /** Which language model does what. */
  models: ApiModels;
  /** @default no reranking */
  reranker?: { endpoint: Endpoint; key: pulumi.Input<string> };
  /** Where users reach the site: for CORS, and for what shall call it back. */
  publicUrl: string;
  /** Token of the Notion integration that texts are imported with. @default no import from Notion */
  notionToken?: pulumi.Input<string>;
  /** Keep copies on DDC. @default false */
  ddc?: boolean;
  /** Key service. @default none */
  kesUrl?: pulumi.Input<string>;
  /** @default "info" */
  logLevel?: "debug" | "info" | "warn" | "error";
}

export interface ApiModels {
  /** Answers questions; a name as `ollama pull` takes it. */
  generation: string;
  /** Stands in where the first refuses. @default none */
  fallback?: string;
  /** Makes vectors of texts and of questions. */
  embedding: string;
  /** Length of its vectors. */
  dimension: number;
  /** What precedes each text that is embedded, by what it is for (MM-08). @default nothing */
  prefixes?: { document: string; query: string };
}

/**
 * The API of Project SOT. Its daemon is named by its port: on another port a new one starts
 * beside the old, which stops once nothing is sent there any more.
 *
 * @example
 * const control = { host: "control", platform: "debian", address: "127.0.0.1" } as const;
 *
 * new Api("api", {
 *   endpoint: { ...control, port: 3000 },
 *   memoryMiB: 256,
 *   program: { text: "console.log('an API');" },
 *   postgres: {
 *     endpoint: { host: "storage", platform: "debian", address: "198.18.0.13", port: 5432 },
 *     database: "projectsot",
 *     owner: "sot_migrate",
 *     application: { role: "sot_app", user: "sot_app_1", password: pulumi.secret("of the role") },
 *     authority: "-----BEGIN CERTIFICATE-----",
 *     at: { host: "storage", administrator: "postgres", programs: "/usr/lib/postgresql/17/bin", data: "/srv/wiki" },
 *   },
 *   column: "embedding",
 *   redis: { endpoint: { ...control, port: 6379 }, password: pulumi.secret("of the server") },
 *   ollama: { host: "inference", platform: "debian", address: "198.18.0.12", port: 11434 },
 *   models: { generation: "llama3.3:70b-instruct-q4_K_M", embedding: "nomic-embed-text", dimension: 768 },
 *   publicUrl: "https://wiki.example.org",
 * });
 */
export class Api extends pulumi.ComponentResource {
  /** Known once it answers. */
  readonly endpoint: pulumi.Output<Endpoint>;
  /** Changes with all that it was started with. */
  readonly digest: pulumi.Output<string>;

  constructor(name: string, args: ApiArgs, opts?: pulumi.ComponentResourceOptions) {
    super("groundwork:macminis:Api", name, {}, opts);
    const { host, port } = args.endpoint;
    const own = { parent: this };

    const program = nodeProgram(name, args.endpoint, args.program, own);
    const trusted = trustedAuthority(`${name}-authority`, host, program.folder, args.postgres, own);
    const environment = { ...program.environment, ...plain(args) };
    const secretEnvironment = secrets(args, trusted);
    const { memoryMiB } = args;
    const description = "API of Project SOT";
    const wanted = { name: `sot-api-${port}`, description, environment, secretEnvironment, memoryMiB };
    const daemon = nodeDaemon(name, args.endpoint, program, wanted, own);

    this.endpoint = daemon.name.apply(() => args.endpoint);
    this.digest = pulumi.jsonStringify([program.digest, environment, secretEnvironment]).apply(sha256);
    this.registerOutputs({ endpoint: this.endpoint });
  }
}

/** The environment contract. */
const plain = ({ endpoint, publicUrl, column, ollama, models, reranker, ddc, kesUrl, logLevel }: ApiArgs) =>
  given({
    HOST: endpoint.address,
    PORT: String(endpoint.port),
    PUBLIC_URL: publicUrl,
    OLLAMA_BASE_URL: urlOf(ollama),
    LLM_MODEL: models.generation,
    LLM_FALLBACK_MODEL: models.fallback,
    EMBED_MODEL: models.embedding,
    EMBED_COLUMN: column,
    EMBED_DIM: String(models.dimension),
    EMBED_DOCUMENT_PREFIX: models.prefixes?.document,
    EMBED_QUERY_PREFIX: models.prefixes?.query,
    RERANK_URL: reranker && urlOf(reranker.endpoint),
    DDC_ENABLED: String(ddc ?? false),
    KES_URL: kesUrl,
    LOG_LEVEL: logLevel ?? "info",
  });

const secrets = ({ postgres, redis, reranker, notionToken }: ApiArgs, trusted: pulumi.Input<string>) =>
  given({
    DATABASE_URL: databaseUrl(postgres, postgres.application, trusted),
    REDIS_URL: cacheUrl(redis),
    INFINITY_API_KEY: reranker?.key,
    NOTION_TOKEN: notionToken && pulumi.secret(notionToken),
  });

type Variables = Record<string, pulumi.Input<string>>;

const given = (variables: Record<string, pulumi.Input<string> | undefined>): Variables =>
  Object.fromEntries(Object.entries(variables).filter((entry): entry is [string, pulumi.Input<string>] => !!entry[1]));

import * as pulumi from "@pulumi/pulumi";

import type { Endpoint } from "../endpoint.ts";
import { Daemon, Directory, File, PackageSet, PostgresScript, User } from "../resources.ts";
import { sha256 } from "../sha256.ts";
import { databaseUrl, trustedAuthority } from "./postgres-client.ts";
import type { PostgresAccess } from "./postgres-server.ts";

export interface SampleApiArgs {
  endpoint: Endpoint;
  memoryMiB: number;
  /** Requests a minute from one address. */
  rateLimit: number;
  postgres: PostgresAccess;
  redis: { endpoint: Endpoint; password: pulumi.Input<string> };
  /** Text of the program, an ES module for Node. */
  program: string;
  /** SQL that makes the tables, as their owner; its variable is dimension. */
  tables: string;
}

const folder = "/opt/sot";
const user = "sot";
/** Of nomic-embed-text. */
const dimension = 768;

/**
 * The sample API: a Node program that searches vectors, with the tables it needs.
 *
 * @example
 * import { readFileSync } from "node:fs";
 *
 * new SampleApi("api", {
 *   endpoint: { host: "control", platform: "debian", address: "127.0.0.1", port: 3000 },
 *   memoryMiB: 256,
 *   rateLimit: 600,
 *   postgres: {
 *     endpoint: { host: "storage", platform: "debian", address: "198.18.0.13", port: 5432 },
 *     database: "projectsot",
 *     owner: "sot_migrate",
 *     application: { role: "sot_app", user: "sot_app_1", password: pulumi.secret("of the role") },
 *     authority: "-----BEGIN CERTIFICATE-----",
 *     at: { host: "storage", administrator: "postgres", programs: "/usr/lib/postgresql/17/bin", data: "/srv/wiki" },
 *   },
 *   redis: {
 *     endpoint: { host: "control", platform: "debian", address: "127.0.0.1", port: 6379 },
 *     password: pulumi.secret("of the server"),
 *   },
 *   program: readFileSync("templates/api/server.mjs", "utf8"),
 *   tables: readFileSync("templates/api/schema.sql", "utf8"),
 * });
 */
export class SampleApi extends pulumi.ComponentResource {
  /** Known once it answers. */
  readonly endpoint: pulumi.Output<Endpoint>;

  constructor(name: string, args: SampleApiArgs, opts?: pulumi.ComponentResourceOptions) {
    super("groundwork:macminis:SampleApi", name, {}, opts);
    const { host, address, port } = args.endpoint;

    const packages = new PackageSet(
      `${name}-packages`,
      { host, name: "api", packages: { nodejs: "*", "node-pg": "*", "node-redis": "*" } },
      { parent: this },
    );
    const account = new User(`${name}-user`, { host, name: user, system: true }, { parent: this });
    const home = new Directory(`${name}-folder`, { host, path: folder }, { parent: this });
    const program = new File(
      `${name}-program`,
      { host, path: `${folder}/server.mjs`, content: args.program },
      { parent: this, dependsOn: [home] },
    );
    const trusted = trustedAuthority(`${name}-authority`, host, home.path, args.postgres, { parent: this });
    const tables = new PostgresScript(`${name}-tables`, tablesArgs(args), { parent: this });
    const daemon = new Daemon(
      `${name}-daemon`,
      {
        host,
        name: "sot-api",
        description: "Sample API of Project SOT",
        program: "/usr/bin/node",
        arguments: [program.path],
        environment: {
          LISTEN_ADDRESS: address,
          PORT: String(port),
          EMBED_DIM: String(dimension),
          RATE_LIMIT: String(args.rateLimit),
        },
        secretEnvironment: {
          DATABASE_URL: databaseUrl(args.postgres, args.postgres.application, trusted),
          REDIS_URL: redisUrl(args.redis),
        },
        user: account.name,
        limits: { memoryMiB: args.memoryMiB },
        restartOn: { program: sha256(args.program) },
        listens: [{ port }],
      },
      { parent: this, dependsOn: [packages, tables, program] },
    );

    this.endpoint = daemon.name.apply(() => args.endpoint);
    this.registerOutputs({ endpoint: this.endpoint });
  }
}

function redisUrl({ endpoint, password }: SampleApiArgs["redis"]): pulumi.Output<string> {
  const place = `${endpoint.address}:${endpoint.port}`;
  return pulumi.interpolate`redis://:${pulumi.output(password).apply(encodeURIComponent)}@${place}`;
}

function tablesArgs({ postgres, tables }: Pick<SampleApiArgs, "postgres" | "tables">) {
  const { at, database, owner } = postgres;
  return {
    ...at,
    database,
    name: "api-tables",
    check: "SELECT to_regclass('public.documents') IS NOT NULL",
    script: tables,
    variables: { dimension: String(dimension) },
    role: owner,
  };
}

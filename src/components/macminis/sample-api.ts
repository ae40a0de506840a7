import { createHash } from "node:crypto";
import * as pulumi from "@pulumi/pulumi";

import type { Endpoint } from "../endpoint.ts";
import { Daemon, Directory, Exec, File, PackageSet, User } from "../resources.ts";
import type { Login } from "./postgres-server.ts";

export interface SampleApiArgs {
  endpoint: Endpoint;
  memoryMiB: number;
  /** Requests a minute from one address. */
  rateLimit: number;
  postgres: {
    endpoint: Endpoint;
    database: pulumi.Input<string>;
    /** Role that gets the tables. */
    owner: string;
    application: Login;
  };
  redis: { endpoint: Endpoint; password: pulumi.Input<string> };
  /** Text of the program, an ES module for Node. */
  program: string;
  /** What psql runs to make the tables; its variables are owner, application and dimension. */
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
 *     application: { user: "sot_app", password: pulumi.secret("of the role") },
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
    const tables = new Exec(`${name}-tables`, tablesArgs(args), { parent: this });
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
          DATABASE_URL: databaseUrl(args.postgres),
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

const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");

function databaseUrl({ endpoint, database, application }: SampleApiArgs["postgres"]): pulumi.Output<string> {
  const place = `${endpoint.address}:${endpoint.port}`;
  const password = pulumi.output(application.password).apply(encodeURIComponent);
  return pulumi.interpolate`postgres://${application.user}:${password}@${place}/${database}`;
}

function redisUrl({ endpoint, password }: SampleApiArgs["redis"]): pulumi.Output<string> {
  const place = `${endpoint.address}:${endpoint.port}`;
  return pulumi.interpolate`redis://:${pulumi.output(password).apply(encodeURIComponent)}@${place}`;
}

/** psql as the superuser on the host of the database; the check fails, with 1, until table and grants are there. */
function tablesArgs({ postgres, tables }: Pick<SampleApiArgs, "postgres" | "tables">) {
  const { endpoint, database, owner, application } = postgres;
  const psql = ["runuser", "-u", "postgres", "--", "psql", "--no-psqlrc", "--quiet", "--port", String(endpoint.port)];
  const granted = `has_table_privilege('${application.user}', 'public.documents', 'SELECT, INSERT, UPDATE, DELETE')`;
  return {
    host: endpoint.host,
    name: "api-tables",
    check: [...psql, "--dbname", database, "--command", `SELECT 1 / (${granted})::int`],
    command: [
      ...psql,
      ...["--dbname", database, "--set", `owner=${owner}`, "--set", `application=${application.user}`],
      ...["--set", `dimension=${dimension}`, "--file", "-"],
    ],
    stdin: tables,
    triggers: { tables: sha256(tables) },
  };
}

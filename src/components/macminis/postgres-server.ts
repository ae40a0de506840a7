import * as pulumi from "@pulumi/pulumi";

import type { Endpoint } from "../endpoint.ts";
import { type PasswordArgs, password } from "../password.ts";
import { Configuration, PackageSet, PostgresDatabase, PostgresExtension, PostgresRole, Service } from "../resources.ts";

export interface PostgresServerArgs {
  endpoint: Endpoint;
  /** CIDR that clients may connect from; no other may. */
  network: string;
  /** Memory it may count on, in MiB; half of it becomes its buffers. */
  memoryMiB: number;
  /** Database to have, with the extension `vector`. */
  database: string;
  /** Role that owns the database. */
  owner: { name: string; password: PasswordArgs };
  /** Role that the application logs in as. */
  application: { name: string; password: PasswordArgs };
}

export interface Login {
  readonly user: string;
  readonly password: pulumi.Output<string>;
}

const cluster = "/etc/postgresql/17/main";
const unit = "postgresql@17-main";

/**
 * PostgreSQL 17 with pgvector, one database, its owner and the role of its application.
 *
 * @example
 * const postgres = new PostgresServer("postgres", {
 *   endpoint: { host: "storage", platform: "debian", address: "198.18.0.13", port: 5432 },
 *   network: "198.18.0.0/24",
 *   memoryMiB: 1024,
 *   database: "projectsot",
 *   owner: { name: "sot_migrate", password: { rotation: 1 } },
 *   application: { name: "sot_app", password: { rotation: 1 } },
 * });
 */
export class PostgresServer extends pulumi.ComponentResource {
  readonly endpoint: Endpoint;
  /** Known once the database can be used. */
  readonly database: pulumi.Output<string>;
  readonly owner: string;
  readonly application: Login;

  constructor(name: string, args: PostgresServerArgs, opts?: pulumi.ComponentResourceOptions) {
    super("groundwork:macminis:PostgresServer", name, {}, opts);
    const { host, port } = args.endpoint;

    const packages = new PackageSet(
      `${name}-packages`,
      { host, name: "postgres", packages: { "postgresql-17": "*", "postgresql-17-pgvector": "*" } },
      { parent: this },
    );
    const configuration = new Configuration(
      `${name}-configuration`,
      {
        host,
        name: "postgres",
        files: postgresFiles(args),
        root: cluster,
        validate: [
          "runuser",
          "-u",
          "postgres",
          "--",
          "/usr/lib/postgresql/17/bin/postgres",
          "-C",
          "port",
          "-D",
          cluster,
        ],
        activate: { unit, action: "restart" },
        healthy: ["pg_isready", "--host", args.endpoint.address, "--port", String(port)],
      },
      { parent: this, dependsOn: [packages] },
    );
    const service = new Service(`${name}-service`, { host, unit }, { parent: this, dependsOn: [configuration] });

    const inCluster = { parent: this, dependsOn: [service] };
    const keep = { ...inCluster, retainOnDelete: true }; // a delete leaves the data, and so those who own it
    const ownerPassword = password(`${name}-owner-password`, args.owner.password, { parent: this });
    const owner = new PostgresRole(
      `${name}-owner`,
      { host, port, name: args.owner.name, password: ownerPassword },
      keep,
    );
    const applicationPassword = password(`${name}-application-password`, args.application.password, { parent: this });
    const application = new PostgresRole(
      `${name}-application`,
      { host, port, name: args.application.name, password: applicationPassword },
      keep,
    );
    const database = new PostgresDatabase(
      `${name}-database`,
      { host, port, name: args.database, owner: owner.name },
      inCluster,
    );
    const vector = new PostgresExtension(
      `${name}-vector`,
      { host, port, database: database.name, name: "vector" },
      { parent: this },
    );

    this.endpoint = args.endpoint;
    this.owner = args.owner.name;
    this.database = pulumi.all([vector.database, application.name]).apply(([ready]) => ready);
    this.application = { user: args.application.name, password: applicationPassword };
    this.registerOutputs({ database: this.database });
  }
}

type FileArgs = Pick<PostgresServerArgs, "endpoint" | "network" | "memoryMiB" | "database" | "owner" | "application">;

/** What differs from Debian's own configuration, and who may log in. */
export function postgresFiles({ endpoint, network, memoryMiB, database, owner, application }: FileArgs) {
  const settings = {
    listen_addresses: `'${endpoint.address}'`,
    port: endpoint.port,
    password_encryption: "'scram-sha-256'",
    shared_buffers: `${Math.max(16, Math.floor(memoryMiB / 2))}MB`,
    effective_cache_size: `${memoryMiB}MB`,
    maintenance_work_mem: `${Math.max(16, Math.floor(memoryMiB / 8))}MB`,
  };
  const logins = [
    ["local", "all", "postgres", "peer"],
    ["host", database, owner.name, network, "scram-sha-256"],
    ["host", database, application.name, network, "scram-sha-256"],
  ];
  const account = { owner: "postgres", group: "postgres" };
  return {
    [`${cluster}/conf.d/groundwork.conf`]: {
      content: lines(Object.entries(settings), " = "),
      mode: "0644",
      ...account,
    },
    [`${cluster}/pg_hba.conf`]: { content: lines(logins, "  "), mode: "0640", ...account },
  };
}

const lines = (rows: readonly (readonly (string | number)[])[], between: string): string =>
  rows.map((row) => `${row.join(between)}\n`).join("");

import * as pulumi from "@pulumi/pulumi";

import type { PlatformName } from "../../schemas/host.ts";
import { postgresOn } from "../postgres-software.ts";
import { Directory, File, PackageSet, Timer } from "../resources.ts";
import { jobMetrics } from "./job-metrics.ts";
import { trustedAuthority } from "./postgres-client.ts";
import type { Login } from "./postgres-login.ts";
import type { PostgresAccess } from "./postgres-server.ts";

export interface PostgresBackupArgs {
  /** Host that fetches and keeps the dumps: another than the server's, which cannot reach them. */
  host: string;
  /** Operating system of that host. */
  platform: PlatformName;
  /** Major version of the server: an older pg_dump refuses it. */
  version: number;
  /** The database that is dumped. */
  postgres: Pick<PostgresAccess, "endpoint" | "database" | "authority">;
  /** Role that may read everything. */
  login: Login;
  /** Hour of the day, in the time zone of the host. */
  hour: number;
  /** How many dumps to keep. */
  copies: number;
  /** Text of the program that dumps, templates/postgres/backup. */
  program: string;
}

/** Where dumps lie, for root alone. */
export const backupFolder = "/var/backups/postgres";

/** Name of the job, by which it can be started at once. */
export const backupJob = "postgres-backup";

/**
 * A dump every night, fetched by the host that keeps it: the server holds no right there, so that whoever breaks it cannot
 * reach the copies. Tells the metrics of the host when the newest was made.
 *
 * @example
 * new PostgresBackup("backup", {
 *   host: "control",
 *   platform: "debian",
 *   version: 17,
 *   postgres: {
 *     endpoint: { host: "storage", platform: "debian", address: "198.18.0.13", port: 5432 },
 *     database: "projectsot",
 *     authority: "-----BEGIN CERTIFICATE-----",
 *   },
 *   login: { role: "sot_backup", user: "sot_backup_1", password: pulumi.secret("of the role") },
 *   hour: 3,
 *   copies: 14,
 *   program: "#!/bin/sh",
 * });
 */
export class PostgresBackup extends pulumi.ComponentResource {
  constructor(name: string, args: PostgresBackupArgs, opts?: pulumi.ComponentResourceOptions) {
    super("groundwork:macminis:PostgresBackup", name, {}, opts);
    const { host, platform, login, copies } = args;
    const { endpoint, database } = args.postgres;
    const { clientPackages: packages, programs } = postgresOn(platform, args.version);
    const parent = { parent: this };

    const client = new PackageSet(`${name}-client`, { host, name: backupJob, packages }, parent);
    const folder = new Directory(`${name}-folder`, { host, path: backupFolder, mode: "0700" }, parent);
    const program = new File(
      `${name}-program`,
      { host, path: `${backupFolder}/dump`, content: args.program, mode: "0700" },
      { ...parent, dependsOn: [folder] },
    );
    const trusted = trustedAuthority(`${name}-authority`, host, folder.path, args.postgres, parent);
    const metrics = jobMetrics(`${name}-metrics`, { host, platform, file: "backup" }, parent);
    new Timer(
      `${name}-timer`,
      {
        host,
        name: backupJob,
        description: "Dump of PostgreSQL",
        program: program.path,
        arguments: [backupFolder, String(copies), metrics.folder],
        environment: {
          PATH: `${programs}:/usr/bin:/bin`,
          PGHOST: endpoint.address,
          PGPORT: String(endpoint.port),
          PGDATABASE: database,
          PGUSER: login.user,
          PGSSLMODE: "verify-full",
          PGSSLROOTCERT: trusted,
        },
        secretEnvironment: { PGPASSWORD: login.password },
        schedule: { hour: args.hour, minute: 0 },
      },
      { ...parent, dependsOn: [client, metrics.held] },
    );
    this.registerOutputs({});
  }
}

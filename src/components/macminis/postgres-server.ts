import * as pulumi from "@pulumi/pulumi";

import type { Artefact } from "../../schemas/artefact.ts";
import type { Endpoint, ServedArgs } from "../endpoint.ts";
import { IssuedCertificate } from "../issued-certificate.ts";
import { password } from "../password.ts";
import { type PostgresSoftware, postgresOn } from "../postgres-software.ts";
import {
  type CertificateAuthority,
  Configuration,
  Daemon,
  Directory,
  Exec,
  File,
  PostgresDatabase,
  PostgresExtension,
  PostgresRole,
  PostgresScript,
} from "../resources.ts";
import type { CertificateEnd } from "./certificate-metrics.ts";
import { cluster, packagesInUse } from "./postgres-cluster.ts";
import { pgHbaConf, pgIdentConf, postgresqlConf } from "./postgres-config.ts";
import { grants, grantsCheck } from "./postgres-grants.ts";
import { type Login, type LoginArgs, login } from "./postgres-login.ts";
import { holdIn, serve } from "./postgres-serve.ts";
import { unproven } from "./postgres-upgrade.ts";

export interface PostgresServerArgs extends ServedArgs {
  /**
   * Major version. A higher one takes the data over by pg_upgrade and leaves the previous data beside them; a lower one is
   * refused. @default the first that the platform has: 16 on darwin, 17 on debian
   */
  version?: number | undefined;
  /**
   * Exact versions of its packages, by name; they are held there. Another one is installed, what was built against the
   * previous one is built anew, and a server that is older than its program restarts. @default any that are there
   */
  packages?: Record<string, string> | undefined;
  /** Memory of its host, in MiB; a quarter of it becomes buffers. */
  hostMemoryMiB: number;
  /** Database to have, with the extension `vector`. */
  database: string;
  /** Role that owns the database and makes its tables. */
  owner: LoginArgs;
  /** Role of the application: reads and writes the rows of the owner's tables. */
  application: LoginArgs;
  /** Role of metrics: sees statistics, and no rows. */
  reader: LoginArgs;
  /** Role of dumps: reads everything. @default none */
  backup?: LoginArgs | undefined;
  /** Signs the server's certificate: clients are let in encrypted only. */
  authority: CertificateAuthority;
  /** Text of the program that restores dumps, templates/postgres/restore. */
  restore: string;
  /** Source of pgvector, where the platform's package does not serve the version. @default the package's, where it has one */
  pgvector?: Artefact | undefined;
}

/** How to reach a database: what its consumers need to know. */
export interface PostgresAccess {
  /** Where the server listens. */
  readonly endpoint: Endpoint;
  /** Known once it can be used. */
  readonly database: pulumi.Input<string>;
  /** Role that owns it and makes its tables. */
  readonly owner: string;
  /** Login that reads and writes the rows of the owner's tables. */
  readonly application: Login;
  /** Certificate of the authority that signed the server's, PEM. */
  readonly authority: pulumi.Input<string>;
  /** How its administrator reaches it on its own host. */
  readonly at: { host: string; administrator: string; programs: string; data: string };
}

/**
 * PostgreSQL with pgvector, one database and its roles. Its cluster and daemon are our own, so that they are the same on
 * every platform. Its local socket lets in its own account only; psql finds it on macOS with `-h /opt/homebrew/var/postgresql`.
 *
 * @example
 * import { CertificateAuthority } from "../resources.ts";
 *
 * const authority = new CertificateAuthority("authority", { host: "storage", path: "/etc/authority", commonName: "Wiki" });
 * const postgres = new PostgresServer("postgres", {
 *   authority,
 *   restore: "#!/bin/sh",
 *   endpoint: { host: "storage", platform: "debian", address: "198.18.0.13", port: 5432 },
 *   hostMemoryMiB: 4096,
 *   database: "projectsot",
 *   owner: { name: "sot_migrate", password: { rotation: 1 }, from: [] },
 *   application: { name: "sot_app", password: { rotation: 1 }, from: ["198.18.0.11"] },
 *   reader: { name: "sot_read", password: { rotation: 1 }, from: ["198.18.0.13"] },
 * });
 */
export class PostgresServer extends pulumi.ComponentResource implements PostgresAccess {
  readonly endpoint: Endpoint;
  /** Major version. */
  readonly version: number;
  readonly database: pulumi.Output<string>;
  readonly owner: string;
  readonly application: Login;
  readonly reader: Login;
  readonly backup: Login | undefined;
  readonly authority: pulumi.Output<string>;
  /** When the server's certificate ends. */
  readonly certificateEnds: readonly CertificateEnd[];
  readonly at: PostgresAccess["at"];

  constructor(name: string, args: PostgresServerArgs, opts?: pulumi.ComponentResourceOptions) {
    super("groundwork:macminis:PostgresServer", name, {}, opts);
    const { host, platform } = args.endpoint;
    const software = postgresOn(platform, args.version, { vector: !args.pgvector, packages: args.packages });
    const parent = { parent: this };
    this.endpoint = args.endpoint;
    this.version = software.version;
    this.owner = args.owner.name;
    this.authority = args.authority.certificate;

    const { data, ready } = cluster(name, args.endpoint, software, args.pgvector, this);
    this.at = { host, administrator: software.user, programs: software.programs, data };
    const { server, ends } = this.#server(name, args, software, data, ready);
    this.certificateEnds = [{ host, name: "postgres", ends }];

    packagesInUse(name, host, software, { ...parent, dependsOn: [server] });
    const inCluster = { ...parent, dependsOn: [server] };
    const secret = password(`${name}-owner-password`, args.owner.password, parent);
    const keep = { ...inCluster, retainOnDelete: true }; // a delete leaves the data, and so those who own it
    const owner = new PostgresRole(`${name}-owner`, { ...this.at, name: args.owner.name, password: secret }, keep);
    const application = login(`${name}-application`, this.at, args.application, undefined, inCluster);
    const reader = login(`${name}-reader`, this.at, args.reader, ["pg_monitor"], inCluster);
    const backup = args.backup && login(`${name}-backup`, this.at, args.backup, ["pg_read_all_data"], inCluster);

    const database = new PostgresDatabase(
      `${name}-database`,
      { ...this.at, name: args.database, owner: owner.name },
      inCluster,
    );
    const extension = new PostgresExtension(
      `${name}-extension`,
      { ...this.at, database: database.name, name: "vector" },
      parent,
    );
    const granted = new PostgresScript(
      `${name}-grants`,
      {
        ...this.at,
        database: database.name,
        name: "grants",
        check: grantsCheck,
        script: grants,
        variables: { owner: args.owner.name, application: args.application.name },
      },
      { ...parent, dependsOn: [application.ready] },
    );

    this.application = application;
    this.reader = reader;
    this.backup = backup;
    this.database = pulumi.all([extension.database, granted.name]).apply(([made]) => made);
    this.registerOutputs({ database: this.database });
  }

  #server(name: string, args: PostgresServerArgs, software: PostgresSoftware, data: string, ready: pulumi.Resource) {
    const { host, address, port } = args.endpoint;
    const { configuration, state, socket, user, group, program, programs, everyPrograms, daemon } = software;
    // The server only reads it, and shall not choose what root does there. Debian's package gives it away, anew at each upgrade.
    const folder = new Directory(
      `${name}-configuration-folder`,
      { host, path: configuration },
      { parent: this, dependsOn: [ready] },
    );
    const tls = new IssuedCertificate(
      `${name}-tls`,
      {
        host,
        owner: user,
        group,
        authority: args.authority,
        commonName: "postgres",
        folder: folder.path,
        // Node's client compares with "localhost" where it is given an address.
        subjectAlternativeNames: [`IP:${address}`, `DNS:${host}`, "DNS:localhost"],
      },
      { parent: this },
    );
    const settings = pulumi
      .all([tls.certificate, tls.key])
      .apply(([certificate, key]) =>
        postgresqlConf({ ...args, address, port, data, configuration, socket, certificate, key }),
      );
    const access = new Configuration(
      `${name}-access`,
      {
        host,
        name: `${name}-access`,
        files: accessFiles(configuration, user, args, { mode: "0640", group }),
        activate: { unit: daemon, action: "reload" },
        settleSec: 1,
      },
      { parent: this, dependsOn: [folder] },
    );
    const files = new Configuration(
      `${name}-configuration`,
      {
        host,
        name,
        files: { [`${configuration}/postgresql.conf`]: { content: settings } },
        root: configuration,
        validate: [program, "-C", "port", "-D", configuration],
        activate: { unit: daemon, action: "restart" },
        healthy: [`${programs}/pg_isready`, "--host", address, "--port", String(port)],
        settleSec: 0, // clients wait
      },
      { parent: this, dependsOn: [access] }, // a restart would break a reload
    );
    const restore = new File(
      `${name}-restore`,
      { host, path: `${configuration}/restore`, content: args.restore, mode: "0755" },
      { parent: this, dependsOn: [folder] },
    );
    const served = new Daemon(
      `${name}-daemon`,
      {
        host,
        name: daemon,
        description: "PostgreSQL",
        program: "/bin/sh",
        arguments: ["-c", serve, daemon, everyPrograms, configuration, holdIn(state)],
        // launchd gives none, and macOS then starts threads in looking for one, which PostgreSQL does not survive. Databases have their own.
        environment: { LC_ALL: "C" },
        user,
        group,
        reloadOn: { certificate: tls.fingerprint },
      },
      { parent: this, dependsOn: [files, restore] },
    );
    const server = new Exec(
      `${name}-current`,
      { ...current(name, host, software, data), triggers: software.exact },
      { parent: this, dependsOn: [served] },
    );
    return { server, ends: tls.notAfter };
  }
}

/**
 * A server that is healthy takes writes from now on, and keeps them. After an upgrade of its package, the one that runs is
 * older than what is installed: it ends, and starts anew. By its administrator, for its own file says which process it is.
 */
function current(name: string, host: string, { user, programs, program, socket }: PostgresSoftware, data: string) {
  const server = `$(head -n 1 "${data}/postmaster.pid")`;
  const versions = `installed=$("${program}" --version)
runs=$("${programs}/psql" -X -At -h "${socket}" -p "$(sed -n 4p "${data}/postmaster.pid")" -d postgres -c 'SHOW server_version' 2>/dev/null)
[ "postgres (PostgreSQL) $runs" = "$installed" ]`;
  const check = `[ ! -e "${unproven(data)}" ] || exit 1
${versions} || exit 1`;
  const restart = `[ ! -e "${unproven(data)}" ] || { rm -f "${unproven(data)}" && kill -HUP "${server}"; } || exit
for attempt in $(seq 60); do
${versions} && exit
case $runs,$ended in
  ?*,) kill -INT "${server}" && ended=yes ;; # one that does not answer yet is waited for
esac
sleep 1
done
exit 1`;
  return { host, name: `${name}-current`, user, check: ["sh", "-c", check], command: ["sh", "-c", restart] };
}

type Roles = Pick<PostgresServerArgs, "database" | "owner" | "application" | "reader" | "backup">;

/** Who may log in from where: each role's members from the hosts that use it. */
function accessFiles<How>(
  configuration: string,
  administrator: string,
  { database, owner, application, reader, backup }: Roles,
  how: How,
): Record<string, How & { content: string }> {
  const local = { administrator, database, owner: owner.name };
  const members = [application, reader, backup].filter((role) => role !== undefined);
  const accesses = [
    { database, role: owner.name, from: owner.from },
    ...members.map(({ name, from }) => ({ database, role: `+${name}`, from })),
  ];
  return {
    [`${configuration}/pg_hba.conf`]: { ...how, content: pgHbaConf(local, accesses) },
    [`${configuration}/pg_ident.conf`]: { ...how, content: pgIdentConf(local) },
  };
}

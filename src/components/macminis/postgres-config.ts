// The files that PostgreSQL reads: text from values, nothing else.
import { unproven } from "./postgres-upgrade.ts";

export interface PostgresSettings {
  address: string;
  port: number;
  /** Folder of the cluster. */
  data: string;
  /** Folder of these files. */
  configuration: string;
  /** Folder of the local socket. */
  socket: string;
  /** Of the whole host. */
  hostMemoryMiB: number;
  /** Paths on the host. */
  certificate: string;
  key: string;
}

/** postgresql.conf; what it leaves out has PostgreSQL's own defaults. */
export function postgresqlConf(settings: PostgresSettings): string {
  const { address, port, data, configuration, socket, hostMemoryMiB, certificate, key } = settings;
  const lines = {
    data_directory: text(data),
    hba_file: text(`${configuration}/pg_hba.conf`),
    ident_file: text(`${configuration}/pg_ident.conf`),
    listen_addresses: text(address),
    port,
    unix_socket_directories: text(socket),
    max_connections: 100,
    password_encryption: text("scram-sha-256"),
    ...memory(hostMemoryMiB),
    timezone: text("UTC"),
    log_timezone: text("UTC"),
    ssl: "on",
    ssl_cert_file: text(certificate),
    ssl_key_file: text(key),
    ssl_min_protocol_version: text("TLSv1.2"),
  };
  const set = Object.entries(lines).map(([name, value]) => `${name} = ${value}\n`);
  return [...set, `include_if_exists ${text(unproven(data))}\n`].join("");
}

/** Shares of a host that serves the database before all: 32 GiB make 8 GB, 20 GB, 2 GB and 64 MB. */
export const memory = (hostMemoryMiB: number) => ({
  shared_buffers: megabytes(hostMemoryMiB / 4),
  effective_cache_size: megabytes((hostMemoryMiB * 5) / 8),
  maintenance_work_mem: megabytes(Math.min(hostMemoryMiB / 16, 2048)), // builds of vector indexes
  work_mem: megabytes(Math.min(hostMemoryMiB / 512, 64)),
});

const megabytes = (value: number): string => `${Math.max(4, Math.floor(value))}MB`;
const text = (value: string): string => `'${value.replaceAll("'", "''")}'`;

export interface Access {
  database: string;
  /** A role, or `+role` for its members. */
  role: string;
  /** IPv4 addresses. */
  from: readonly string[];
}

/** Whom the account of the server may log in as, by the local socket. */
export interface Local {
  /** Superuser, of the account's own name. */
  administrator: string;
  database: string;
  /** Owner of the database: what need not be done as a superuser, such as loading a dump, is done as this one. */
  owner: string;
}

/** pg_hba.conf: by the local socket the server's account, every other by password, encrypted, from the hosts it is used on. */
export function pgHbaConf({ administrator, database, owner }: Local, accesses: readonly Access[]): string {
  return lines([
    ["local", "all", administrator, "peer"],
    ["local", database, owner, "peer", "map=owner"],
    ...accesses.flatMap(({ database, role, from }) =>
      from.map((address) => ["hostssl", database, role, `${address}/32`, "scram-sha-256"]),
    ),
  ]);
}

/** pg_ident.conf: the map that pg_hba.conf names. */
export const pgIdentConf = ({ administrator, owner }: Local): string => lines([["owner", administrator, owner]]);

const lines = (words: readonly string[][]): string => words.map((line) => `${line.join("  ")}\n`).join("");

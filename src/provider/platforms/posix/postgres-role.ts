// SQL that makes, changes and drops roles.
import type { cluster } from "../../../schemas/postgres.ts";
import type { postgresRoleSchema } from "../../../schemas/postgres-role.ts";
import type { Desired } from "../../../schemas/resource-schema.ts";
import { identifier, literal } from "./postgres-sql.ts";

/** A role as it shall be. */
export type Role = Omit<Desired<typeof postgresRoleSchema>, keyof typeof cluster | "password" | "memberOf">;

export interface Membership {
  readonly role: string;
  readonly grantor: string;
}

export interface RoleChange {
  readonly create: boolean;
  /** Verifier of a password to set. */
  readonly verifier?: string;
  readonly grant: readonly string[];
  readonly revoke: readonly Membership[];
  /** Who grants where nothing else is said. */
  readonly administrator: string | undefined;
}

/** All of it or nothing. */
export function setRole(role: Role, { create, verifier, grant, revoke, administrator }: RoleChange): string {
  const name = identifier(role.name);
  const attributes = flags.map((flag) => (role[flag] ? flag : `no${flag}`).toUpperCase());
  const password = verifier === undefined ? [] : [`PASSWORD ${literal(verifier)}`];
  const limits = [`CONNECTION LIMIT ${role.connectionLimit}`, `VALID UNTIL ${literal(role.validUntil)}`];
  const options = [...attributes, ...limits, ...password];
  return [
    ...quiet,
    "BEGIN;",
    `${create ? "CREATE" : "ALTER"} ROLE ${name} WITH ${options.join(" ")};`,
    ...grant.map((parent) => `GRANT ${identifier(parent)} TO ${name};`),
    ...revoke.map(({ role: parent, grantor }) => {
      const by = grantor === administrator ? "" : ` GRANTED BY ${identifier(grantor)}`;
      return `REVOKE ${identifier(parent)} FROM ${name}${by};`;
    }),
    "COMMIT;",
    "",
  ].join("\n");
}

/** Without CASCADE: PostgreSQL refuses while anything depends on it. Whoever is logged in by it is put out. */
export const dropRole = (name: string): string =>
  [
    `DO $groundwork$ DECLARE dropped oid := (SELECT oid FROM pg_roles WHERE rolname = ${literal(name)}); BEGIN`,
    `DROP ROLE IF EXISTS ${identifier(name)};`,
    "PERFORM pg_terminate_backend(pid) FROM pg_stat_activity WHERE usesysid = dropped;",
    "END $groundwork$;",
    "",
  ].join("\n");

const flags = ["login", "superuser", "createdb", "createrole", "replication", "bypassrls"] as const;

/** The statement holds a verifier: the server's log is no place for it. */
const quiet = [
  "SET log_statement TO none;",
  "SET log_min_error_statement TO panic;",
  "SET log_min_duration_statement TO -1;",
  "SET log_min_duration_sample TO -1;",
];

// SQL that makes, changes and drops databases, and what is in them.
import type { PlatformName } from "../../../schemas/host.ts";
import type { cluster } from "../../../schemas/postgres.ts";
import type { postgresDatabaseSchema } from "../../../schemas/postgres-database.ts";
import type { postgresExtensionSchema } from "../../../schemas/postgres-extension.ts";
import type { Desired } from "../../../schemas/resource-schema.ts";
import { identifier, literal } from "./postgres-sql.ts";

export type Database = Omit<Desired<typeof postgresDatabaseSchema>, keyof typeof cluster | "destroyOnDelete">;

/** One statement: PostgreSQL makes a database whole or not at all. */
export function createDatabase({ name, owner, encoding, locale, template, connectionLimit }: Database): string {
  const options = [
    ...(owner === undefined ? [] : [`OWNER ${identifier(owner)}`]),
    `TEMPLATE ${identifier(template)}`,
    `ENCODING ${literal(encoding)}`,
    ...(locale === undefined ? [] : localeOptions(locale)),
    `CONNECTION LIMIT ${connectionLimit}`,
  ];
  return `CREATE DATABASE ${identifier(name)} ${options.join(" ")};\n`;
}

/** Said in full: the template's provider would go on to sort, whatever else is given. */
function localeOptions(locale: string): string[] {
  const [, provider, name = ""] = /^(icu|builtin):(.*)$/.exec(locale) ?? [];
  if (provider) return [`LOCALE_PROVIDER ${provider}`, `${provider.toUpperCase()}_LOCALE ${literal(name)}`];
  return ["LOCALE_PROVIDER libc", `LC_COLLATE ${literal(locale)}`, `LC_CTYPE ${literal(locale)}`];
}

export function alterDatabase({
  name,
  owner,
  connectionLimit,
}: Pick<Database, "name" | "owner" | "connectionLimit">): string {
  const database = `ALTER DATABASE ${identifier(name)}`;
  const changes = [
    ...(owner === undefined ? [] : [`${database} OWNER TO ${identifier(owner)};`]),
    `${database} CONNECTION LIMIT ${connectionLimit};`,
  ];
  return ["BEGIN;", ...changes, "COMMIT;", ""].join("\n");
}

/** Without FORCE: PostgreSQL refuses while somebody is connected. */
export const dropDatabase = (name: string): string => `DROP DATABASE IF EXISTS ${identifier(name)};\n`;

export type Extension = Pick<Desired<typeof postgresExtensionSchema>, "name" | "version" | "schema">;

export function createExtension({ name, version, schema }: Extension): string {
  const options = [
    ...(schema === undefined ? [] : [`SCHEMA ${identifier(schema)}`]),
    ...(version === undefined ? [] : [`VERSION ${literal(version)}`]),
  ];
  return `CREATE EXTENSION IF NOT EXISTS ${[identifier(name), ...options].join(" ")};\n`;
}

/** Gives what is declared; what is left out stays. */
export function alterExtension({ name, version, schema }: Extension): string {
  const extension = `ALTER EXTENSION ${identifier(name)}`;
  const changes = [
    ...(version === undefined ? [] : [`${extension} UPDATE TO ${literal(version)};`]),
    ...(schema === undefined ? [] : [`${extension} SET SCHEMA ${identifier(schema)};`]),
  ];
  return ["BEGIN;", ...changes, "COMMIT;", ""].join("\n");
}

/** Without CASCADE: PostgreSQL refuses while columns or indexes depend on it. */
export const dropExtension = (name: string): string => `DROP EXTENSION IF EXISTS ${identifier(name)};\n`;

/** How to get an extension that the server does not have. */
export function extensionPackage(platform: PlatformName, extension: string, major: number): string {
  switch (platform) {
    case "debian":
      return `Install its package, here postgresql-${major}-${packageNames[extension] ?? extension.replaceAll("_", "-")} (each major version of PostgreSQL has its own), with a PackageSet that this depends on`;
    case "darwin":
      return `Install its formula${extension === "vector" ? " pgvector" : ""}; Homebrew builds it for the newest majors only, for PostgreSQL ${major} perhaps from source against that server's pg_config`;
  }
}

/** Where Debian names the package otherwise than the extension. */
const packageNames: Readonly<Record<string, string>> = {
  vector: "pgvector",
  postgis: "postgis-3",
  pg_cron: "cron",
  pg_partman: "partman",
  pg_repack: "repack",
};

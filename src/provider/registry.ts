// Every resource there is, a line each.
import type { Resource } from "./resource.ts";
import directory from "./resources/directory.ts";
import file from "./resources/file.ts";
import link from "./resources/link.ts";
import postgresDatabase from "./resources/postgres-database.ts";
import postgresExtension from "./resources/postgres-extension.ts";
import postgresImport from "./resources/postgres-import.ts";
import postgresRole from "./resources/postgres-role.ts";

export const resources: readonly Resource[] = [
  file,
  directory,
  link,
  postgresRole,
  postgresDatabase,
  postgresExtension,
  postgresImport,
];

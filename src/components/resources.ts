// The client class of every resource, made from its schema.
import { directorySchema } from "../schemas/directory.ts";
import { fileSchema } from "../schemas/file.ts";
import { linkSchema } from "../schemas/link.ts";
import { postgresDatabaseSchema } from "../schemas/postgres-database.ts";
import { postgresExtensionSchema } from "../schemas/postgres-extension.ts";
import { postgresImportSchema } from "../schemas/postgres-import.ts";
import { postgresRoleSchema } from "../schemas/postgres-role.ts";
import { resourceClass } from "./resource-class.ts";

export class File extends resourceClass(fileSchema) {}
export class Directory extends resourceClass(directorySchema) {}
export class Link extends resourceClass(linkSchema) {}
export class PostgresRole extends resourceClass(postgresRoleSchema) {}
export class PostgresDatabase extends resourceClass(postgresDatabaseSchema) {}
export class PostgresExtension extends resourceClass(postgresExtensionSchema) {}
export class PostgresImport extends resourceClass(postgresImportSchema) {}

import * as pulumi from "@pulumi/pulumi";

import { PostgresImport, PostgresScript } from "../resources.ts";
import type { PostgresAccess } from "./postgres-server.ts";
import { sequencesPast } from "./sequences.ts";

export interface ImportedTableArgs {
  /** The database that gets it. */
  postgres: Pick<PostgresAccess, "at" | "database" | "owner">;
  /** Its name in schema public. */
  table: string;
  /** SQL that makes it. @default the dump itself does */
  definition?: string | undefined;
  /** Plain dump on the machine that runs Pulumi. */
  source: string;
  /** SHA-256 of it, in hexadecimal. */
  sha256: string;
  /** Rows that the table must hold after it; any other number undoes the load. */
  rows: number;
}

/**
 * A table of the previous system: made, and filled once. Its rows are counted; any other number undoes the load.
 *
 * @example
 * new ImportedTable("pages", {
 *   postgres: {
 *     at: { host: "storage", administrator: "postgres", programs: "/usr/lib/postgresql/17/bin", data: "/srv/wiki" },
 *     database: "projectsot",
 *     owner: "sot_migrate",
 *   },
 *   table: "pages",
 *   definition: "CREATE TABLE public.pages (id bigint PRIMARY KEY, title text)",
 *   source: "/srv/pages.sql",
 *   sha256: "0".repeat(64),
 *   rows: 120,
 * });
 */
export class ImportedTable extends pulumi.ComponentResource {
  constructor(name: string, args: ImportedTableArgs, opts?: pulumi.ComponentResourceOptions) {
    super("groundwork:macminis:ImportedTable", name, {}, opts);
    const { postgres, table, definition, source, sha256, rows } = args;
    const within = { ...postgres.at, database: postgres.database };
    const made = definition
      ? [
          new PostgresScript(
            `${name}-table`,
            {
              ...within,
              name: `table-${table}`,
              check: "SELECT to_regclass('public.' || quote_ident(:'table')) IS NOT NULL",
              script: definition,
              variables: { table },
              role: postgres.owner,
            },
            { parent: this },
          ),
        ]
      : [];
    const filled = new PostgresImport(
      `${name}-import`,
      { ...within, table, source, sha256, expectedRows: rows, owner: postgres.owner },
      { parent: this, dependsOn: made },
    );
    sequencesPast(name, { postgres, table }, { parent: this, dependsOn: filled });
    this.registerOutputs({});
  }
}

import * as pulumi from "@pulumi/pulumi";

import { PostgresScript } from "../resources.ts";
import type { PostgresAccess } from "./postgres-server.ts";
import { table, vectorColumn } from "./wiki-chunks.ts";

export interface DroppedVectorsArgs {
  /** The database that has the table of texts. */
  postgres: Pick<PostgresAccess, "at" | "database" | "owner">;
  /** Whose columns are dropped, with their indexes. */
  generations: readonly number[];
}

/**
 * Drops vectors of previous models or prefixes, which nobody can bring back but by embedding all texts anew. Have it depend on
 * those that used them before.
 *
 * @example
 * new DroppedVectors("dropped-vectors", {
 *   postgres: {
 *     at: { host: "storage", administrator: "postgres", programs: "/usr/lib/postgresql/17/bin", data: "/srv/wiki" },
 *     database: "projectsot",
 *     owner: "sot_migrate",
 *   },
 *   generations: [1],
 * });
 */
export class DroppedVectors extends pulumi.ComponentResource {
  constructor(name: string, args: DroppedVectorsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("groundwork:macminis:DroppedVectors", name, {}, opts);
    const { at, database, owner } = args.postgres;
    for (const generation of args.generations) {
      new PostgresScript(
        `${name}-${generation}`,
        {
          ...at,
          database,
          name: `drop-vectors-${generation}`,
          ...droppedColumn(vectorColumn(generation)),
          role: owner,
        },
        { parent: this },
      );
    }
    this.registerOutputs({});
  }
}

/** Whether a column is gone, and what drops it; not what depends on it, which ends with the database's own words. */
export const droppedColumn = (column: string) => ({
  check: `SELECT NOT EXISTS (SELECT FROM pg_attribute WHERE attrelid = to_regclass('${table}') AND attname = :'column')`,
  script: `ALTER TABLE IF EXISTS ${table} DROP COLUMN IF EXISTS :"column"`,
  variables: { column },
});

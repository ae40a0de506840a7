import { z } from "zod";

import { sha256 } from "./digest.ts";
import { cluster, postgresName, reach } from "./postgres.ts";
import { resourceSchema } from "./resource-schema.ts";

export const postgresImportSchema = resourceSchema({
  type: "groundwork:postgres:Import",
  kind: "postgres-import",
  description:
    "Rows loaded once into a table, in one transaction, and remembered in the database (table groundwork.import). Of a dump only what makes a table, its indexes and its sequences, and fills them, is taken, as pg_dump writes it; commands of psql, functions, triggers, views and grants are refused. What is trusted: the rows, and the expressions of defaults, constraints and indexes, which call functions that are there as whoever loads, and later as whoever writes to the table. A delete leaves the rows.",
  inputs: z.strictObject({
    ...cluster,
    database: postgresName.describe("Database to load into."),
    table: z
      .string()
      .regex(
        /^([A-Za-z_][\w$]{0,62}\.)?[A-Za-z_][\w$]{0,62}$/,
        "give a table, with its schema where that is not public",
      )
      .overwrite((table) => (table.includes(".") ? table : `public.${table}`))
      .describe("Table that gets the rows; case counts. A dump may create it, a CSV file needs it to exist."),
    source: z
      .string()
      .regex(
        /\.(sql|csv)(\.gz)?$/,
        "give a plain dump (.sql) or a CSV file with a header line (.csv), either also as .gz",
      )
      .describe("File on the machine that runs the program."),
    sha256: sha256.optional().describe("Digest of the file as it is. Left out: whatever the file holds."),
    expectedRows: z
      .int()
      .min(0)
      .describe("Rows the table must hold after the load; any other number undoes it.")
      .optional(),
    omit: z
      .array(postgresName)
      .default([])
      .describe("Columns of a plain dump that are left behind, such as vectors of another model."),
    owner: postgresName
      .optional()
      .describe(
        "Role that owns the table and loads: logged in, so that no superuser's right can be had in the load. pg_hba.conf must let the system user in as it over the local socket (`peer` with a `map`), and it should be no superuser. Left out: the administrator loads, and expressions in the file may do what a superuser may, such as run programs; the owner is not managed.",
      ),
    reload: z
      .boolean()
      .default(false)
      .describe("Let other contents of the file replace what was loaded: all rows of the table are deleted first."),
    adopt: z
      .boolean()
      .default(false)
      .describe("Take a table that holds rows already as loaded from this file, and load nothing."),
  }),
  outputs: z.object({
    rows: z.int().describe("Rows in the table right after the load."),
    loadedAt: z.string().describe("Time of the load, UTC."),
  }),
  replaceOn: ["host", "database", "table"],
  intent: [...reach, "omit", "reload", "adopt"],
});

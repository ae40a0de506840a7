import { z } from "zod";

import { cluster, postgresName, reach } from "./postgres.ts";
import { resourceSchema } from "./resource-schema.ts";

const move = "dump it (pg_dump), declare a new database, and load the dump there";

export const postgresDatabaseSchema = resourceSchema({
  type: "groundwork:postgres:Database",
  kind: "postgres-database",
  description:
    "A PostgreSQL database. Never replaced; a delete only forgets it, unless `destroyOnDelete` was set before.",
  inputs: z.strictObject({
    ...cluster,
    name: postgresName.describe("Name of the database; case counts."),
    owner: postgresName.optional().describe("Role that owns it. Left out: not managed."),
    encoding: z
      .string()
      .regex(/^[A-Z][A-Z0-9_]*$/, "spell it as PostgreSQL shows it, such as UTF8 or LATIN1")
      .default("UTF8")
      .describe("Character set; fixed at creation."),
    locale: z
      .string()
      .min(1)
      .optional()
      .describe(
        "Collation and character classes: C.UTF-8 of the C library, icu:en-US, or builtin:C.UTF-8 (PostgreSQL 17); fixed at creation. Left out: the template's.",
      ),
    template: postgresName
      .default("template0")
      .describe("Database to copy at creation; template0 goes with every encoding and locale."),
    connectionLimit: z.int().min(-1).default(-1).describe("Connections at a time; -1 is no limit."),
    destroyOnDelete: z
      .boolean()
      .default(false)
      .describe("Let a delete drop the database with all it holds; otherwise a delete only forgets it."),
  }),
  outputs: z.object({}),
  replaceOn: ["host"],
  refuseOn: {
    host: `the data would stay behind; ${move}`,
    name: `rename it by hand (ALTER DATABASE ... RENAME TO ...), then import it under its new name; or ${move}`,
    encoding: move,
    locale: move,
  },
  intent: [...reach, "template", "destroyOnDelete"],
  lost: "`up` makes an empty one; what it held comes back from a dump only",
});

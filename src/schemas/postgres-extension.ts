import { z } from "zod";

import { cluster, postgresName, reach } from "./postgres.ts";
import { resourceSchema } from "./resource-schema.ts";

export const postgresExtensionSchema = resourceSchema({
  type: "groundwork:postgres:Extension",
  kind: "postgres-extension",
  description:
    "An extension in a PostgreSQL database. A delete only forgets it, unless `destroyOnDelete` was set before: columns may depend on it.",
  inputs: z.strictObject({
    ...cluster,
    database: postgresName.describe("Database to have it in."),
    name: postgresName.describe("Name of the extension, such as vector."),
    version: z
      .string()
      .regex(/^[\w.+~-]+$/, "give a version that the server offers, such as 0.8.0")
      .optional()
      .describe("Version; another one is reached by ALTER EXTENSION UPDATE. Left out: not managed."),
    schema: postgresName.optional().describe("Schema that holds its objects. Left out: not managed."),
    destroyOnDelete: z
      .boolean()
      .default(false)
      .describe("Let a delete drop the extension, which fails while something depends on it."),
  }),
  outputs: z.object({}),
  replaceOn: ["host", "database", "name"],
  intent: [...reach, "destroyOnDelete"],
});

import { z } from "zod";

import { plainName } from "./name.ts";
import { cluster, postgresName, reach } from "./postgres.ts";
import { resourceSchema } from "./resource-schema.ts";

export const postgresScriptSchema = resourceSchema({
  type: "groundwork:postgres:Script",
  kind: "postgres-script",
  description:
    "What no other resource can say of a database: SQL that puts it in place, and a query that tells whether it is. A delete changes nothing.",
  inputs: z.strictObject({
    ...cluster,
    database: postgresName.describe("Database that it is for."),
    name: plainName.describe("Unique among the database's scripts."),
    check: z
      .string()
      .regex(/\S/, "give a query, such as SELECT to_regclass('public.wiki_chunks') IS NOT NULL")
      .describe(
        "Query with one answer, true where all is in place, false where not. Anything else, a failure too, is unknown: shown as `unread`, and asked again before `script`.",
      ),
    refusal: z
      .string()
      .regex(/\S/, "give a query that answers a text, or nothing")
      .optional()
      .describe(
        "Query that answers why `script` must not run here, as text; NULL or no row where it may. Asked as `role` at each preview, which it ends, and before `script`.",
      ),
    script: z
      .string()
      .regex(/\S/, "give at least one statement")
      .describe("Statements that put it in place, run in one transaction; may be run again at any time."),
    variables: z
      .record(z.string().regex(/^[a-z_]\w*$/, "give the name of a psql variable"), z.string().regex(/^\P{Cc}*$/u))
      .default({})
      .describe("What psql puts for :name, :'name' and :\"name\" in both."),
    role: postgresName.optional().describe("Role that the script runs as. Left out: the administrator."),
  }),
  outputs: z.object({}),
  replaceOn: ["host", "database", "name"],
  intent: [...reach, "check", "refusal", "script", "variables", "role"],
});

import { z } from "zod";

import { artefact } from "../artefact.ts";
import { sha256 } from "../digest.ts";
import { localFile } from "../local-file.ts";
import { postgresName } from "../postgres.ts";
import { section } from "../stack.ts";
import { listens, runsOn, service } from "./service.ts";

const major = z.int({ error: "must be a major version, such as 16" }).min(9).max(99);

export const postgres = section({
  ...service({ port: 5432, memoryMiB: 1024 }),
  listens: listens.default("lan"),
  version: major
    .optional()
    .describe(
      "major version; a higher one takes the data over by pg_upgrade, and leaves the previous data beside them, a lower one is refused; left out: the first that the platform's packages have, 16 on darwin, 17 on debian",
    ),
  packages: z
    .record(z.string().min(1), z.string({ error: "must be a version, such as 17.6-0+deb13u1" }).min(1))
    .optional()
    .describe(
      "exact versions of its packages, by the names that the platform has, which hold them there: another one is installed, and a server that is older than its program restarts; left out: any that are there",
    )
    .meta({ examples: [{ "postgresql-17": "17.6-0+deb13u1" }] }),
  database: postgresName.default("projectsot").describe("name of the database"),
  owner: postgresName.default("sot_migrate").describe("role that owns the database and makes its tables"),
  application: postgresName.default("sot_app").describe("role with the rights of the API: it reads and writes rows"),
  reader: postgresName.default("sot_read").describe("role with the rights of metrics"),
  generation: z
    .int()
    .min(1)
    .default(1)
    .describe(
      "of the vectors: another embedding model or prefix takes a higher number in the same change; a column of its own is made and filled before the API takes it, the previous one stays, see `droppedGenerations`",
    ),
  droppedGenerations: z
    .array(z.int().min(1))
    .default([])
    .describe(
      "lower generations whose vectors are no longer wanted: their columns are dropped once the API uses that of `generation`, so not in an update that leaves out the host of the API; only embedding all texts anew would bring them back",
    ),
  body: postgresName.default("body").describe("column of wiki_chunks that has the texts"),
  pgvector: artefact
    .optional()
    .describe("source of pgvector, built on the host where the platform's package does not serve `version` (MM-13)"),
  backup: z
    .strictObject({
      host: runsOn.describe("host that fetches and keeps the dumps: another than the server's"),
      role: postgresName.default("sot_backup").describe("role with the rights of dumps: it reads everything"),
      hour: z.int().min(0).max(23).default(3).describe("hour of the day, in the time zone of the host"),
      copies: z.int().min(1).default(14).describe("how many dumps to keep"),
    })
    .optional()
    .describe("nightly dumps; MM-27 warns where there are none"),
}).describe("PostgreSQL, with the database of the API");

const importedTable = z.strictObject({
  source: z
    .string()
    .regex(/\.sql(\.gz)?$/, "must be a plain dump, .sql or .sql.gz")
    .describe(
      "path on the machine that runs Pulumi of a plain dump (`pg_dump --data-only --no-owner --no-privileges --table`), perhaps .gz",
    ),
  sha256: sha256.describe("digest of the dump"),
  rows: z.int().min(0).describe("rows that it holds; any other number undoes the load"),
  vectorColumn: postgresName.default("embedding").describe("its column of vectors; not loaded where `reembed` is set"),
  definition: localFile("read")
    .optional()
    .describe(
      "path of an SQL file that makes the table, with columns of the same names; left out: templates/postgres/wiki_chunks.sql for that one, of another the dump must make it",
    ),
});

export const importConfig = z
  .strictObject({
    from: z.string().optional().describe("host that was dumped: the session pooler's, by IPv4 and TLS (MM-11)"),
    sourceVersion: major.optional().describe("major version of its server"),
    clientVersion: major
      .optional()
      .describe(
        "major version of the pg_dump that dumped it, which refuses a newer server (MM-10); left out: `services.postgres.version`",
      ),
    tables: z
      .record(postgresName, importedTable)
      .refine((tables) => Object.keys(tables).length > 0, "name the tables to load: whatever is not named stays behind")
      .describe("the tables by name, all of schema public; whatever is not named stays behind (MM-12)"),
    dimension: z.int().positive().optional().describe("dimension of its vectors"),
    reembed: z
      .boolean()
      .default(false)
      .describe("leave its vectors behind and embed all rows anew: those of another model cannot be compared (MM-07)"),
    auth: z
      .literal("none")
      .optional()
      .describe("what replaces the sign-in of the previous system; `none` says that nothing shall (MM-12)"),
  })
  .optional()
  .describe("tables of the previous system, loaded once");

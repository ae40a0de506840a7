import { z } from "zod";

import { artefact } from "../artefact.ts";
import { localFile } from "../local-file.ts";
import { postgresName } from "../postgres.ts";
import { section } from "../stack.ts";
import { listens, runsOn, service } from "./service.ts";

const major = z.int({ error: "must be a major version, such as 16" }).min(9).max(99);

export const postgres = section({
  ...service({ port: 5432, memoryMiB: 1024 }),
  listens: listens.default("lan"),
  /**
   * Major version. A higher one takes the data over by pg_upgrade, and leaves those of before beside them; a lower one is
   * refused. @default the first that the platform's packages have: 16 on darwin, 17 on debian
   */
  version: major.optional(),
  database: postgresName.default("projectsot"),
  /** Role that owns the database and makes its tables. */
  owner: postgresName.default("sot_migrate"),
  /** Role with the rights of the API: it reads and writes rows. */
  application: postgresName.default("sot_app"),
  /** Role with the rights of metrics. */
  reader: postgresName.default("sot_read"),
  /**
   * Of the vectors. Another embedding model or prefix takes a higher number in the same change: a column of its own is made
   * and filled before the API takes it; the one before stays until it is dropped by hand.
   */
  generation: z.int().min(1).default(1),
  /** Column of wiki_chunks that has the texts. */
  body: postgresName.default("body"),
  /** Source of pgvector, built on the host where the platform's package does not serve `version` (MM-13). */
  pgvector: artefact.optional(),
  /** Nightly dumps. MM-27 warns where there are none. */
  backup: z
    .strictObject({
      /** Host that fetches and keeps the dumps: another than the server's. */
      host: runsOn,
      /** Role with the rights of dumps: it reads everything. */
      role: postgresName.default("sot_backup"),
      /** Hour of the day, in the time zone of the host. */
      hour: z.int().min(0).max(23).default(3),
      /** How many dumps to keep. */
      copies: z.int().min(1).default(14),
    })
    .optional(),
});

const importedTable = z.strictObject({
  /** On the machine that runs Pulumi: a plain dump (`pg_dump --data-only --no-owner --no-privileges --table`), perhaps .gz. */
  source: z.string().regex(/\.sql(\.gz)?$/, "must be a plain dump, .sql or .sql.gz"),
  sha256: z.string().regex(/^[0-9a-f]{64}$/, "must be 64 lower-case hexadecimal digits"),
  /** Rows that it holds; any other number undoes the load. */
  rows: z.int().min(0),
  /** Its column of vectors: not loaded where `reembed` is set. */
  vectorColumn: postgresName.default("embedding"),
  /** SQL file that makes the table, with columns of the same names. @default templates/postgres/wiki_chunks.sql for that one; of another the dump must make it */
  definition: localFile("read").optional(),
});

/** One-off load of tables from the system before. */
export const importConfig = z
  .strictObject({
    /** Host that was dumped: the session pooler's, by IPv4 and TLS (MM-11). */
    from: z.string().optional(),
    /** Major version of its server. */
    sourceVersion: major.optional(),
    /** Major version of the pg_dump that dumped it; an older one than the server refuses (MM-10). @default `services.postgres.version` */
    clientVersion: major.optional(),
    /** By name, all of schema public; whatever is not named stays behind (MM-12). */
    tables: z.record(postgresName, importedTable),
    /** Dimension of its vectors. */
    dimension: z.int().positive().optional(),
    /** Leave its vectors behind and embed all rows anew: those of another model cannot be compared (MM-07). */
    reembed: z.boolean().default(false),
    /** What replaces the sign-in of the system before; `none` says that nothing shall (MM-12). */
    auth: z.literal("none").optional(),
  })
  .optional();

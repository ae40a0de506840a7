import * as pulumi from "@pulumi/pulumi";

import { PostgresImport, PostgresScript } from "../resources.ts";
import { EmbeddedTexts, type Embedding } from "./embedded-texts.ts";
import type { PostgresAccess } from "./postgres-server.ts";
import { sequencesPast } from "./sequences.ts";

export interface WikiChunksArgs {
  /** The database that gets the table. */
  postgres: Pick<PostgresAccess, "at" | "database" | "endpoint" | "owner">;
  /** What makes the vectors. */
  embedding: Embedding;
  /** Length of the vectors. */
  dimension: number;
  /** A higher number makes a column for the vectors of another model or prefix; the previous one stays. */
  generation: number;
  /** Column of the texts. */
  body: string;
  /** SQL that makes the table, templates/postgres/wiki_chunks.sql; its variables are column and dimension. */
  definition: string;
  /** Text of the program that embeds, templates/postgres/embed. */
  embed: string;
  /** Rows of the previous system. @default none */
  imported?: ChunksImport | undefined;
}

export interface ChunksImport {
  /** Plain dump on the machine that runs Pulumi, data only. */
  source: string;
  /** SHA-256 of it, in hexadecimal. */
  sha256: string;
  /** Rows that the table must hold after it; any other number undoes the load. */
  rows: number;
  /** Its column of vectors. */
  vectorColumn: string;
  /** Leave its vectors behind (MM-07). */
  reembed: boolean;
}

const table = "public.wiki_chunks";

/** Column that holds the vectors of a generation. */
export const vectorColumn = (generation: number): string =>
  generation === 1 ? "embedding" : `embedding_${generation}`;

/**
 * The table of texts and their vectors: made, filled once from the previous system, embedded where vectors are missing, and
 * indexed after that. Vectors of another model or prefix get a column of their own, which is whole before `column` is known;
 * each column says in its comment what made its vectors.
 *
 * @example
 * new WikiChunks("wiki-chunks", {
 *   postgres: {
 *     endpoint: { host: "storage", platform: "debian", address: "198.18.0.13", port: 5432 },
 *     at: { host: "storage", administrator: "postgres", programs: "/usr/lib/postgresql/17/bin", data: "/srv/wiki" },
 *     database: "projectsot",
 *     owner: "sot_migrate",
 *   },
 *   embedding: {
 *     server: "http://198.18.0.12:11434",
 *     model: "nomic-embed-text",
 *     prefix: "search_document: ",
 *   },
 *   dimension: 768,
 *   generation: 1,
 *   body: "body",
 *   definition: 'CREATE TABLE IF NOT EXISTS public.wiki_chunks (id bigint, body text, :"column" vector(:dimension))',
 *   embed: "#!/bin/sh",
 *   imported: { source: "/srv/wiki_chunks.sql", sha256: "0".repeat(64), rows: 1200, vectorColumn: "embedding", reembed: true },
 * });
 */
export class WikiChunks extends pulumi.ComponentResource {
  /** Column of the vectors, known once every text has one. */
  readonly column: pulumi.Output<string>;

  constructor(name: string, args: WikiChunksArgs, opts?: pulumi.ComponentResourceOptions) {
    super("groundwork:macminis:WikiChunks", name, {}, opts);
    const { postgres, embedding, dimension, generation, body, definition, embed, imported } = args;
    const column = vectorColumn(generation);
    const within = { ...postgres.at, database: postgres.database };
    const variables = { column, dimension: String(dimension), made: madeBy(embedding) };

    const made = new PostgresScript(
      `${name}-table`,
      {
        ...within,
        name: "wiki-chunks",
        check: columnCheck,
        script: `${definition}\n${sameVectors}`,
        variables,
        role: postgres.owner,
      },
      { parent: this },
    );
    const filled = imported ? [this.#import(name, args, imported, made)] : [];
    const embedded = new EmbeddedTexts(
      `${name}-vectors`,
      {
        postgres,
        table: "wiki_chunks",
        body,
        vectors: column,
        embedding,
        triggers: imported && { imported: imported.sha256 },
        program: embed,
      },
      { parent: this, dependsOn: [made, ...filled] },
    );
    const index = new PostgresScript(
      `${name}-index`,
      {
        ...within,
        name: `wiki-chunks-${column}-index`,
        check: indexCheck,
        script: createIndex,
        variables: { column, index: `wiki_chunks_${column}` },
        role: postgres.owner,
      },
      { parent: this, dependsOn: [embedded] },
    );

    this.column = index.name.apply(() => column);
    this.registerOutputs({ column: this.column });
  }

  #import(
    name: string,
    { postgres, generation, embedding }: WikiChunksArgs,
    imported: ChunksImport,
    made: pulumi.Resource,
  ) {
    const { source, sha256, rows, vectorColumn: theirs, reembed } = imported;
    if (reembed) {
      const said = `MM-07 the vectors of ${rows} rows of ${table} are left behind: ${embedding.model} embeds them anew, into ${vectorColumn(generation)}`;
      void pulumi.log.warn(said, this);
    }
    const filled = new PostgresImport(
      `${name}-import`,
      {
        ...postgres.at,
        database: postgres.database,
        table,
        source,
        sha256,
        expectedRows: rows,
        omit: reembed ? [theirs] : [],
        owner: postgres.owner,
      },
      { parent: this, dependsOn: [made] },
    );
    return sequencesPast(name, { postgres, table: "wiki_chunks" }, { parent: this, dependsOn: filled });
  }
}

/** Recorded beside the vectors: only those that the same made can be compared. */
const madeBy = ({ model, prefix }: Embedding): string => JSON.stringify({ model, prefix: prefix ?? "" });

const columnCheck = `SELECT EXISTS (SELECT FROM pg_attribute
  WHERE attrelid = to_regclass('${table}') AND attname = :'column' AND atttypmod = :dimension
    AND col_description(attrelid, attnum) = :'made')`;

/** Refuses a column of other vectors; pgvector keeps their length in the modifier of its type. */
const sameVectors = `SELECT set_config('groundwork.' || name, value, true) FROM
  (VALUES ('column', :'column'), ('dimension', :'dimension'), ('made', :'made')) AS given (name, value) \\g /dev/null
DO $$
DECLARE
  wanted text := current_setting('groundwork.column');
  found record;
  filled boolean;
BEGIN
  SELECT atttypmod AS dimension, col_description(attrelid, attnum) AS made INTO found
  FROM pg_attribute WHERE attrelid = '${table}'::regclass AND attname = wanted;
  EXECUTE format('SELECT EXISTS (SELECT FROM ${table} WHERE %I IS NOT NULL)', wanted) INTO filled;
  IF found.dimension = current_setting('groundwork.dimension')::int
      AND (NOT filled OR coalesce(found.made, current_setting('groundwork.made')) = current_setting('groundwork.made')) THEN RETURN;
  END IF;
  RAISE EXCEPTION 'column % has vectors of % numbers made by %, and wanted are % made by %', wanted, found.dimension,
      coalesce(found.made, 'nobody knows what'), current_setting('groundwork.dimension'), current_setting('groundwork.made')
    USING HINT = 'Vectors of another model or prefix get a column of their own, in the same change: raise groundwork:services.postgres.generation';
END $$;
COMMENT ON COLUMN ${table}.:"column" IS :'made'`;

const indexCheck = "SELECT to_regclass('public.' || quote_ident(:'index')) IS NOT NULL";

const createIndex = `CREATE INDEX IF NOT EXISTS :"index" ON ${table}
  USING hnsw (:"column" vector_cosine_ops) WITH (m = 16, ef_construction = 64)`;

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

/** Of the texts. */
export const table = "public.wiki_chunks";

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

    const made = new PostgresScript(
      `${name}-table`,
      {
        ...within,
        name: "wiki-chunks",
        ...vectorsIn(column, dimension, embedding, definition),
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

type Made = Pick<Embedding, "model" | "prefix">;

/** A column for vectors of a length: whether it is there, why it cannot be, and what makes it. */
export const vectorsIn = (column: string, dimension: number, embedding: Made, definition: string) => ({
  check: columnCheck,
  refusal: otherVectors,
  script: `${definition}\nCOMMENT ON COLUMN ${table}.:"column" IS :'made'`,
  variables: { column, dimension: String(dimension), made: madeBy(embedding) },
});

/** Recorded beside the vectors: only those that the same made can be compared. */
const madeBy = ({ model, prefix }: Made): string => JSON.stringify({ model, prefix: prefix ?? "" });

const columnCheck = `SELECT EXISTS (SELECT FROM pg_attribute
  WHERE attrelid = to_regclass('${table}') AND attname = :'column' AND atttypmod = :dimension
    AND col_description(attrelid, attnum) = :'made')`;

/** A column of other vectors is refused; pgvector keeps their length in the modifier of its type. */
const otherVectors = `SELECT format('column %s of ${table} has vectors of %s numbers made by %s, and wanted are %s made by %s. '
    'Vectors of another model or prefix get a column of their own, in the same change: raise groundwork:services.postgres.generation',
    attname, atttypmod, coalesce(made, 'nobody knows what'), :'dimension', :'made')
  FROM pg_attribute, col_description(attrelid, attnum) AS made
  WHERE attrelid = to_regclass('${table}') AND attname = :'column' AND (atttypmod <> :dimension OR made <> :'made'
    AND query_to_xml(format('SELECT 1 FROM ${table} WHERE %I IS NOT NULL LIMIT 1', attname), false, true, '')::text <> '')`;

const indexCheck = "SELECT to_regclass('public.' || quote_ident(:'index')) IS NOT NULL";

const createIndex = `CREATE INDEX IF NOT EXISTS :"index" ON ${table}
  USING hnsw (:"column" vector_cosine_ops) WITH (m = 16, ef_construction = 64)`;

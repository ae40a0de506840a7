import * as pulumi from "@pulumi/pulumi";

import { PostgresImport, PostgresScript } from "../resources.ts";
import type { PostgresAccess } from "./postgres-server.ts";
import { sequencesPast } from "./sequences.ts";

export interface WikiChunksArgs {
  postgres: Pick<PostgresAccess, "at" | "database" | "owner">;
  /** Length of the vectors. */
  dimension: number;
  /** A higher number makes a column for the vectors of another model or prefix; the one before stays. */
  generation: number;
  /** SQL that makes the table, templates/postgres/wiki_chunks.sql; its variables are column and dimension. */
  definition: string;
  /** Rows of the system before. @default none */
  imported?: ChunksImport | undefined;
}

export interface ChunksImport {
  /** Plain dump on the machine that runs Pulumi, data only. */
  source: string;
  sha256: string;
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
 * The table of texts and their vectors: made, filled once from the system before, and indexed after that. Where the
 * vectors of before are left behind, the index comes with the first `up` after every row got its own.
 *
 * @example
 * new WikiChunks("wiki-chunks", {
 *   postgres: {
 *     at: { host: "storage", administrator: "postgres", programs: "/usr/lib/postgresql/17/bin", data: "/srv/wiki" },
 *     database: "projectsot",
 *     owner: "sot_migrate",
 *   },
 *   dimension: 768,
 *   generation: 1,
 *   definition: 'CREATE TABLE IF NOT EXISTS public.wiki_chunks (id bigint, body text, :"column" vector(:dimension))',
 *   imported: { source: "/srv/wiki_chunks.sql", sha256: "0".repeat(64), rows: 1200, vectorColumn: "embedding", reembed: true },
 * });
 */
export class WikiChunks extends pulumi.ComponentResource {
  /** Column of the vectors, known once the table is there and filled. */
  readonly column: pulumi.Output<string>;

  constructor(name: string, args: WikiChunksArgs, opts?: pulumi.ComponentResourceOptions) {
    super("groundwork:macminis:WikiChunks", name, {}, opts);
    const { postgres, dimension, generation, definition, imported } = args;
    const column = vectorColumn(generation);
    const within = { ...postgres.at, database: postgres.database };
    const variables = { column, dimension: String(dimension) };

    const made = new PostgresScript(
      `${name}-table`,
      {
        ...within,
        name: "wiki-chunks",
        check: columnCheck,
        script: `${definition}\n${sameDimension}`,
        variables,
        role: postgres.owner,
      },
      { parent: this },
    );
    const filled = imported && [this.#import(name, args, imported, made)];
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
      { parent: this, dependsOn: [made, ...(filled ?? [])] },
    );

    this.column = index.name.apply(() => column);
    this.registerOutputs({ column: this.column });
  }

  #import(name: string, { postgres, generation }: WikiChunksArgs, imported: ChunksImport, made: pulumi.Resource) {
    const { source, sha256, rows, vectorColumn: theirs, reembed } = imported;
    if (reembed) {
      const said = `MM-07 the vectors of ${rows} rows of ${table} are left behind: until they are embedded anew into ${vectorColumn(generation)}, no search finds them; the index is built by the first \`up\` after that`;
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

const columnCheck = `SELECT EXISTS (SELECT FROM pg_attribute
  WHERE attrelid = to_regclass('${table}') AND attname = :'column' AND atttypmod = :dimension)`;

/** pgvector keeps the length of a column in its type's modifier. */
const sameDimension = `SELECT set_config('groundwork.column', :'column', true), set_config('groundwork.dimension', :'dimension', true) \\g /dev/null
DO $$ BEGIN
  IF NOT EXISTS (SELECT FROM pg_attribute WHERE attrelid = '${table}'::regclass
      AND attname = current_setting('groundwork.column') AND atttypmod = current_setting('groundwork.dimension')::int) THEN
    RAISE EXCEPTION 'column % holds vectors of another length than %', current_setting('groundwork.column'), current_setting('groundwork.dimension')
      USING HINT = 'Vectors of another model get a column of their own: raise groundwork:services.postgres.generation, embed all rows anew, and drop the old column by hand';
  END IF;
END $$`;

/** True also while rows wait for their vectors: an index that is there already makes each of them slower to store. */
const indexCheck = `SELECT CASE
  WHEN NOT EXISTS (SELECT FROM pg_attribute WHERE attrelid = to_regclass('${table}') AND attname = :'column') THEN false
  WHEN to_regclass('public.' || quote_ident(:'index')) IS NOT NULL THEN true
  ELSE (xpath('//waits/text()', query_to_xml(
    format('SELECT EXISTS (SELECT FROM ${table} WHERE %I IS NULL) AS waits', :'column'), false, true, '')))[1]::text = 'true'
END`;

const createIndex = `CREATE INDEX IF NOT EXISTS :"index" ON ${table}
  USING hnsw (:"column" vector_cosine_ops) WITH (m = 16, ef_construction = 64)`;

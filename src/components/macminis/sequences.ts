import type * as pulumi from "@pulumi/pulumi";

import { PostgresScript } from "../resources.ts";
import type { PostgresAccess } from "./postgres-server.ts";

interface ImportedInto {
  readonly postgres: Pick<PostgresAccess, "at" | "database" | "owner">;
  /** In schema public. */
  readonly table: string;
}

/** Rows that were imported with their numbers: the next one must get a number of its own. */
export function sequencesPast(
  name: string,
  { postgres, table }: ImportedInto,
  opts: pulumi.CustomResourceOptions,
): PostgresScript {
  const scriptArgs = {
    ...postgres.at,
    database: postgres.database,
    name: `sequences-${table}`,
    check: behind,
    script: catchUp,
    variables: { table: `public.${table}` },
    role: postgres.owner,
  };
  return new PostgresScript(`${name}-sequences`, scriptArgs, opts);
}

/** Columns that number themselves, and the sequence of each. */
const numbered = `pg_attribute, pg_get_serial_sequence(:'table', attname) AS sequence
  WHERE attrelid = to_regclass(:'table') AND attnum > 0 AND NOT attisdropped AND sequence IS NOT NULL`;

/** A sequence that was never asked gives its last value next. */
const behind = `SELECT NOT EXISTS (SELECT FROM ${numbered} AND (xpath('//behind/text()', query_to_xml(format(
  'SELECT (SELECT last_value - (NOT is_called)::int FROM %s) < (SELECT max(%I) FROM %s) AS behind', sequence, attname, :'table'),
  false, true, '')))[1]::text = 'true')`;

const catchUp = `SELECT format('SELECT setval(%L, max(%I)) FROM %s', sequence, attname, :'table') FROM ${numbered} \\gexec
SELECT`; // the last statement gets a semicolon

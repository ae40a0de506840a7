// The script of a one-off load: everything in one transaction that only its last line commits, so that a load cut
// short leaves nothing. (psql's --single-transaction would commit at the end of a truncated input.)
import { identifier, literal, tableIdentifier } from "./postgres-sql.ts";

export interface Load {
  /** With its schema. */
  readonly table: string;
  /** Of the file as it is on disk. */
  readonly sha256: string;
  readonly expectedRows?: number;
  readonly owner?: string;
  /** Delete all rows first; otherwise the table must be empty or missing. */
  readonly reload?: boolean;
  /** Statements that bring the rows; missing where rows that are there already are adopted. */
  readonly body?: Buffer;
}

export function loadScript({ table, sha256, expectedRows, owner, reload, body }: Load): Buffer {
  const name = tableIdentifier(table);
  const exists = `to_regclass(${literal(name)}) IS NOT NULL`;
  const own = owner === undefined ? [] : [`ALTER TABLE ${name} OWNER TO ${identifier(owner)};`];
  const clear = reload
    ? [`TRUNCATE ${name};`]
    : [`IF EXISTS (SELECT FROM ${name}) THEN RAISE EXCEPTION 'table ${table} ${holdsRows}'; END IF;`];
  const wrongCount = `RAISE EXCEPTION 'table ${table} would hold % rows after the load, not ${expectedRows}', loaded;`;

  const before = [
    "BEGIN;",
    "SET LOCAL groundwork.load TO on;", // gone with the transaction
    "CREATE SCHEMA IF NOT EXISTS groundwork;",
    "CREATE TABLE IF NOT EXISTS groundwork.import (table_name text PRIMARY KEY, sha256 text NOT NULL,",
    "  rows bigint NOT NULL, loaded_at timestamptz NOT NULL);",
    ...(body ? [block(`IF ${exists} THEN`, ...clear, ...own, "END IF;")] : []),
    ...(owner === undefined ? [] : [`SET LOCAL ROLE ${identifier(owner)};`]),
  ];
  const after = [
    "RESET ROLE;",
    block(
      `IF current_setting('groundwork.load', true) IS DISTINCT FROM 'on' THEN RAISE EXCEPTION '${endsItself}'; END IF;`,
      `IF NOT (${exists}) THEN RAISE EXCEPTION 'there is no table ${table}'; END IF;`,
      ...own,
      `SELECT count(*) INTO loaded FROM ${name};`,
      ...(expectedRows === undefined ? [] : [`IF loaded <> ${expectedRows} THEN ${wrongCount} END IF;`]),
      `INSERT INTO groundwork.import VALUES (${literal(table)}, ${literal(sha256)}, loaded, now())`,
      "  ON CONFLICT (table_name) DO UPDATE SET sha256 = excluded.sha256, rows = excluded.rows, loaded_at = excluded.loaded_at;",
    ),
    "COMMIT;",
    "",
  ];
  return Buffer.concat([Buffer.from(`${before.join("\n")}\n`), body ?? Buffer.alloc(0), Buffer.from(after.join("\n"))]);
}

export const setTableOwner = (table: string, owner: string): string =>
  `ALTER TABLE ${tableIdentifier(table)} OWNER TO ${identifier(owner)};\n`;

const holdsRows = "holds rows that no import remembers";
const endsItself = "the file ends the transaction that it is loaded in";

/** A table's name has no quote in it, so messages may hold it. */
const block = (...statements: string[]): string =>
  ["DO $groundwork$ DECLARE loaded bigint; BEGIN", ...statements, "END $groundwork$;"].join("\n");

/** A CSV file with a header line as a COPY statement with its rows. */
export function csvBody(table: string, csv: Buffer): Buffer {
  const end = csv.indexOf("\n");
  const header = csv
    .subarray(0, end < 0 ? undefined : end)
    .toString("utf8")
    .replace(/^\uFEFF/, "")
    .replace(/\r$/, "");
  const newline = csv[end - 1] === 0x0d ? "\r\n" : "\n"; // COPY wants all lines to end alike
  const columns = csvColumns(header).map(identifier).join(", ");
  if (/^\\\.\r?$/m.test(csv.toString("latin1")))
    throw new TypeError("a line of it is only \\. , which psql takes for its end");
  const copy = `COPY ${tableIdentifier(table)} (${columns}) FROM STDIN WITH (FORMAT csv, HEADER true);\n`;
  return Buffer.concat([Buffer.from(copy), endLine(csv, newline), Buffer.from(`\\.${newline}`)]);
}

/** Names in a header line, with or without quotes. */
export function csvColumns(header: string): string[] {
  const fields = [...header.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^",]*))(?=,|$)/g)];
  const columns = fields.map(([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain ?? "");
  if (columns.length === 0 || columns.includes("") || fields.map(([field]) => field).join("") !== header) {
    throw new TypeError("its first line is not a header of column names with commas between them");
  }
  return columns;
}

/** A plain dump, if it neither ends the transaction nor gives psql commands; also of a newer pg_dump than the server's. */
export function sqlBody(sql: Buffer): Buffer {
  let rows = false;
  let newer: number | undefined;
  for (const [number, line, start] of lines(sql)) {
    if (rows) {
      rows = line !== "\\.";
      continue;
    }
    if (line === timeout) newer = start;
    rows = /\bfrom stdin\b.*;$/i.test(line);
    const found = forbidden.find(({ pattern }) => pattern.test(line));
    if (found) throw new TypeError(`line ${number}, \`${line.slice(0, 60)}\`, ${found.why}`);
  }
  if (newer === undefined) return endLine(sql);
  const after = sql.subarray(newer + timeout.length);
  return endLine(Buffer.concat([sql.subarray(0, newer), Buffer.from(timeoutWhereKnown), after]));
}

/** pg_dump writes it from 17 on, whatever the server is that it dumps; older servers do not know it. */
const timeout = "SET transaction_timeout = 0;";
const timeoutWhereKnown =
  "SELECT pg_catalog.set_config(name, '0', false) FROM pg_catalog.pg_settings WHERE name = 'transaction_timeout';";

const forbidden = [
  {
    pattern: /^(begin|commit|rollback|abort|start transaction|end (work|transaction))\b[\w\s]*;/i,
    why: "would end the transaction of the load: take such lines out",
  },
  {
    pattern: /^\\(?!(restrict|unrestrict) )/, // pg_dump's own
    why: "is a command of psql: give a plain dump of one table (pg_dump --table, without --create)",
  },
];

/** Number, text and start of each. */
function* lines(text: Buffer): Generator<[number, string, number]> {
  for (let start = 0, number = 1; start < text.length; number++) {
    const newline = text.indexOf("\n", start);
    const end = newline < 0 ? text.length : newline;
    yield [number, text.toString("latin1", start, end).replace(/\r$/, ""), start];
    start = end + 1;
  }
}

const endLine = (text: Buffer, newline = "\n"): Buffer =>
  text.length === 0 || text.at(-1) === 0x0a ? text : Buffer.concat([text, Buffer.from(newline)]);

// The script of a one-off load: everything in one transaction that only its last line commits, so that a load cut
// short leaves nothing. (psql's --single-transaction would commit at the end of a truncated input.)
import { session } from "./postgres-psql.ts";
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

/** What a file says is said by the owner, who logs in: from a superuser's session a mere `SET ROLE` leads back. */
export function loadScript({ table, sha256, expectedRows, owner, reload, body }: Load): Buffer {
  const name = tableIdentifier(table);
  const exists = `to_regclass(${literal(name)}) IS NOT NULL`;
  const own = owner === undefined ? [] : [`ALTER TABLE ${name} OWNER TO ${identifier(owner)};`];
  const logsIn = body !== undefined && owner !== undefined;
  const isEmpty = `IF EXISTS (SELECT FROM ${name}) THEN RAISE EXCEPTION 'table ${table} holds rows that no import remembers'; END IF;`;
  const isTable = `IF NOT EXISTS (SELECT FROM pg_class WHERE oid = to_regclass(${literal(name)}) AND relkind IN ('r', 'p'))
THEN RAISE EXCEPTION '${table} is not a table'; END IF;`;
  const wrongCount = `RAISE EXCEPTION 'table ${table} would hold % rows after the load, not ${expectedRows}', loaded;`;

  const before = [
    "BEGIN;",
    block("PERFORM pg_advisory_xact_lock(hashtext('groundwork.import'));"), // two at once would both find no schema, and one fail
    "CREATE SCHEMA IF NOT EXISTS groundwork;",
    "CREATE TABLE IF NOT EXISTS groundwork.import (table_name text PRIMARY KEY, sha256 text NOT NULL,",
    "  rows bigint NOT NULL, loaded_at timestamptz NOT NULL);",
    ...(body ? [block(`IF ${exists} THEN`, isTable, ...(reload ? [] : [isEmpty]), ...own, "END IF;")] : []),
    ...(logsIn ? grants(owner) : []),
    "COMMIT;",
    ...(logsIn ? [`\\connect - '${owner}'`, session] : []),
    "BEGIN;",
    ...(body && reload ? [block(`IF ${exists} THEN TRUNCATE ${name}; END IF;`)] : []),
  ];
  const after = [
    session,
    block(
      `IF NOT (${exists}) THEN RAISE EXCEPTION 'there is no table ${table}'; END IF;`,
      ...(logsIn ? [] : own),
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

/** To remember what it loaded, in the transaction that loads. */
const grants = (owner: string): string[] => [
  `GRANT USAGE ON SCHEMA groundwork TO ${identifier(owner)};`,
  `GRANT SELECT, INSERT, UPDATE ON groundwork.import TO ${identifier(owner)};`,
];

export const setTableOwner = (table: string, owner: string): string =>
  `ALTER TABLE ${tableIdentifier(table)} OWNER TO ${identifier(owner)};\n`;

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

const endLine = (text: Buffer, newline = "\n"): Buffer =>
  text.length === 0 || text.at(-1) === 0x0a ? text : Buffer.concat([text, Buffer.from(newline)]);

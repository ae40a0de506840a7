// What of a plain dump is taken: a table, and its rows. What else SQL can say, functions and triggers above all, others would
// run later on. psql, which runs programs for whoever gives it commands, is told nothing that a dump says: statements go to
// the server as a value, rows as rows.
import { session } from "./postgres-psql.ts";
import { literal } from "./postgres-sql.ts";
import { faultOf, rowsEnd, statementFrom } from "./postgres-statements.ts";

/** Characters of statements that the server gets at once; a failure may repeat them. */
const batch = 64 * 1024;

/** A plain dump as statements that bring its rows; also of a newer pg_dump than the server's. Throws where it says more. */
export function sqlBody(bytes: Buffer): Buffer {
  if (bytes.includes(0)) throw new TypeError("it holds a NUL, as no text of PostgreSQL does");
  const dump = bytes.toString("latin1");
  const parts: Buffer[] = [];
  let statements = "";
  const flush = () => {
    if (statements) parts.push(Buffer.from(executed(statements), "latin1"));
    statements = "";
  };
  let at = 0;
  for (let found = statementFrom(dump, at); found; found = statementFrom(dump, at)) {
    at = found.end;
    const said = dump.slice(found.start, at);
    if (copies.test(said)) {
      flush();
      at = rowsEnd(dump, found);
      parts.push(Buffer.from(session), bytes.subarray(found.start, at), ...(bytes[at - 1] === 0x0a ? [] : [newline]));
      continue;
    }
    const why = refusal(said);
    if (why) throw faultOf(dump, found.start, why);
    statements += `${said === timeout ? timeoutWhereKnown : said}\n`;
    if (statements.length > batch) flush();
  }
  flush();
  return Buffer.concat(parts);
}

const newline = Buffer.from("\n");

/** As a value within a value. Before each: what the last one called may have set otherwise how the server reads this one. */
const executed = (statements: string): string =>
  `${session}DO ${literal(`BEGIN EXECUTE ${literal(statements)}; END`)};\n`;

const name = String.raw`(?:"(?:[^"]|"")+"|[\w$\x80-\xff]+)`;
const copies = new RegExp(`^COPY ${name}(?:\\.${name})? \\(${name}(?:, ${name})*\\) FROM stdin;$`);

/** pg_dump writes it from 17 on, whatever the server is that it dumps; older servers do not know it. */
const timeout = "SET transaction_timeout = 0;";
const timeoutWhereKnown =
  "SELECT pg_catalog.set_config(name, '0', false) FROM pg_catalog.pg_settings WHERE name = 'transaction_timeout';";

/** Of a table and its rows, as pg_dump writes it. */
const taken: readonly RegExp[] = [
  /^SET (?!client_encoding|standard_conforming_strings)\w+ (=|TO) /i,
  /^SET client_encoding = '(UTF-?8|SQL_ASCII)';$/i, // the latter is checked as UTF-8 too
  /^SET standard_conforming_strings = on;$/i,
  /^SELECT pg_catalog\.set_config\('search_path', '', false\);$/,
  /^SELECT pg_catalog\.setval\('(?:[^']|'')+', \d+, (true|false)\);$/,
  /^(CREATE|ALTER) (UNLOGGED )?TABLE\s/i,
  /^(CREATE|ALTER) SEQUENCE\s/i,
  /^(CREATE( UNIQUE)?|ALTER) INDEX\s/i,
  /^COMMENT ON (TABLE|COLUMN|CONSTRAINT|INDEX|SEQUENCE)\s/i,
  /^INSERT INTO\s/i,
];

const reasons: readonly (readonly [RegExp, string])[] = [
  [
    /^(begin|commit|rollback|abort|start|end|savepoint|release|prepare)\b/i,
    "would end the transaction of the load: take such lines out",
  ],
  [/^(grant|revoke)\b/i, "names other roles: dump with --no-owner --no-privileges"],
  [/^copy\b/i, "is no COPY as pg_dump writes it: `COPY TABLE (COLUMN, ...) FROM stdin;`"],
  [/^set (client_encoding|standard_conforming_strings)\b/i, "sets how texts are read: dump with --encoding=UTF8"],
];

function refusal(statement: string): string | undefined {
  if (taken.some((pattern) => pattern.test(statement))) return undefined;
  const known = reasons.find(([pattern]) => pattern.test(statement));
  return known ? known[1] : "is neither of a table nor of its rows: take it out";
}

// The rows of a plain dump: COPY ... FROM stdin, then a line of fields between tabs for each row.

/** A dump without some columns of a table. Throws where it does not have them as COPY writes rows. */
export function omitColumns(dump: Buffer, table: string, omit: readonly string[]): Buffer {
  if (omit.length === 0) return dump;
  const kept: string[] = [];
  let fields: number[] | undefined; // of the row that a line is, those to keep
  let found = false;
  for (const line of dump.toString("latin1").split("\n")) {
    const copy = fields ? undefined : copyOf(line, table);
    if (fields && line !== "\\.") {
      kept.push(pickFrom(line.split("\t"), fields).join("\t"));
      continue;
    }
    fields = undefined;
    if (copy && omit.every((column) => copy.names.includes(column))) {
      found = true;
      fields = copy.names.flatMap((column, index) => (omit.includes(column) ? [] : [index]));
      kept.push(`${copy.before}(${pickFrom(copy.spelled, fields).join(", ")})${copy.after}`);
    } else {
      kept.push(line);
    }
  }
  if (!found) {
    throw new TypeError(
      `it has no line \`COPY ${table} (...) FROM stdin;\` with ${omit.join(", ")}: dump with pg_dump, without --inserts`,
    );
  }
  return Buffer.from(kept.join("\n"), "latin1");
}

/** `COPY public.t (a, "b c") FROM stdin;` taken apart. */
function copyOf(line: string, table: string) {
  const [, before, name, columns, after] = /^(COPY (\S+) )\((.*)\)( FROM stdin;)$/.exec(line) ?? [];
  if (before === undefined || columns === undefined || name?.replaceAll('"', "") !== table) return undefined;
  const spelled = columns.match(/"(?:[^"]|"")*"|[^\s,]+/g) ?? [];
  const names = spelled.map((word) => (word.startsWith('"') ? word.slice(1, -1).replaceAll('""', '"') : word));
  return { before, after, spelled, names };
}

const pickFrom = (list: readonly string[], indexes: readonly number[]): string[] =>
  indexes.map((index) => list[index] ?? "");

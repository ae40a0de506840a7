// Names and texts in SQL, quoted here and nowhere else.

/** A name: role, database, schema, table, column. */
export const identifier = (name: string): string => `"${whole(name).replaceAll('"', '""')}"`;

/** A text, whatever `standard_conforming_strings` says. */
export function literal(text: string): string {
  const quoted = `'${whole(text).replaceAll("'", "''").replaceAll("\\", "\\\\")}'`;
  return text.includes("\\") ? ` E${quoted}` : quoted; // the space keeps E from a word before it
}

/** `schema.table`, both quoted. */
export function tableIdentifier(table: string): string {
  const [schema, name, ...more] = table.split(".");
  if (!schema || !name || more.length > 0) throw new TypeError(`not a table with its schema: ${table}`);
  return `${identifier(schema)}.${identifier(name)}`;
}

function whole(text: string): string {
  if (text.includes("\0")) throw new TypeError("PostgreSQL cannot hold a NUL character");
  return text;
}

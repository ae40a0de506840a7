// SQL of the user's own, with the values of its variables.
import { identifier } from "./postgres-sql.ts";

type Variables = Readonly<Record<string, string>>;

export const ask = (query: string, variables: Variables): string => `${set(variables)}${statement(query)}`;

/** All of it or nothing. */
export const inTransaction = (script: string, variables: Variables, role?: string): string =>
  [
    `${set(variables)}BEGIN;`,
    ...(role === undefined ? [] : [`SET LOCAL ROLE ${identifier(role)};`]),
    `${statement(script)}COMMIT;`,
    "",
  ].join("\n");

/** Within single quotes psql takes a doubled one for itself, and a backslash begins an escape. */
const set = (variables: Variables): string =>
  Object.entries(variables)
    .map(([name, value]) => `\\set ${name} '${value.replaceAll("\\", "\\\\").replaceAll("'", "''")}'\n`)
    .join("");

const statement = (text: string): string => `${text.trim().replace(/;$/, "")};\n`;

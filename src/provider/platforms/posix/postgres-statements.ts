// Statements of a dump, split where the server splits them. A dump is text of which each character is one byte.

/** Places in the dump. */
export interface Statement {
  readonly start: number;
  /** Behind its semicolon. */
  readonly end: number;
}

/** What the server reads as one. */
const token = new RegExp(
  [
    /\\(?:un)?restrict \w+(?=\r?(?:\n|$))/, // pg_dump's own guard against commands of psql, which older programs do not know
    /[ \t\n\r\f\v]+|--[^\n\r]*|\/\*/, // of another comment its beginning only
    /'|"|e'|\$(?:[a-z_\x80-\xff][a-z0-9_\x80-\xff]*)?\$/, // so of texts and quoted names
    /[a-z_\x80-\xff][\w$\x80-\xff]*|[\d.,]+|./,
  ]
    .map(({ source }) => source)
    .join("|"),
  "isy",
);
const blank = /^(?:[ \t\n\r\f\v]|--|\/\*)/;
const command = "is a command of psql: give a plain dump of one table (pg_dump --table, without --create)";

/** The first that begins there or later. Throws where one has no end, or psql is given a command. */
export function statementFrom(dump: string, from: number): Statement | undefined {
  let start: number | undefined;
  let depth = 0;
  let before = "";
  for (let at = from, end = from; at < dump.length; at = end) {
    token.lastIndex = at;
    const said = token.exec(dump)?.[0] ?? "";
    end = endOf(dump, said, at + said.length);
    if (blank.test(said) || (start === undefined && /^\\./.test(said))) continue;
    start ??= at;
    if (said.startsWith("\\")) throw faultOf(dump, at, command);
    if (said === "'" && isEscaped(before)) throw faultOf(dump, at, "goes on with a text, as no pg_dump writes it");
    if (said === "(") depth++;
    if (said === ")") depth--;
    before = said;
    if (said !== ";") continue;
    if (depth !== 0) throw faultOf(dump, start, "begins a statement that ends within parentheses");
    return { start, end };
  }
  if (start !== undefined) throw faultOf(dump, start, "begins a statement that has no end");
  return undefined;
}

/** Behind the line that ends the rows of a COPY, which begin on the line after it. */
export function rowsEnd(dump: string, copy: Statement): number {
  const end = /\n\\\.\r?(\n|$)/g;
  end.lastIndex = lineEnd(dump, copy.end);
  if (dump.slice(copy.end, end.lastIndex).trim() !== "") throw faultOf(dump, copy.start, "has more on its line");
  if (!end.exec(dump)) throw faultOf(dump, copy.start, "begins rows that have no end");
  return end.lastIndex;
}

/** That the dump is refused, with the number and the beginning of the line. */
export function faultOf(dump: string, at: number, why: string): TypeError {
  let number = 1;
  for (let found = dump.indexOf("\n"); found >= 0 && found < at; found = dump.indexOf("\n", found + 1)) number++;
  const line = dump.slice(at, Math.min(lineEnd(dump, at), at + 60)).trim();
  return new TypeError(`line ${number}, \`${Buffer.from(line, "latin1").toString("utf8")}\`, ${why}`);
}

function lineEnd(dump: string, from: number): number {
  const found = dump.indexOf("\n", from);
  return found < 0 ? dump.length : found;
}

/** Where a token ends: that of a text, a name or a comment without an end is the end of all. */
function endOf(dump: string, said: string, from: number): number {
  if (said === "/*") return commentEnd(dump, from);
  if (isEscaped(said)) return escapedEnd(dump, from);
  if (!/^('|"|\$.*\$)$/.test(said)) return from;
  const found = dump.indexOf(said, from); // a doubled quote begins another text right behind
  return found < 0 ? dump.length : found + said.length;
}

const isEscaped = (said: string): boolean => said === "E'" || said === "e'";

/** They may hold each other. */
function commentEnd(dump: string, from: number): number {
  let depth = 1;
  return endWhere(dump, from, /\/\*|\*\//g, (said) => {
    depth += said === "/*" ? 1 : -1;
    return depth === 0;
  });
}

const escapedEnd = (dump: string, from: number): number => endWhere(dump, from, /''|\\.|'/gs, (said) => said === "'");

function endWhere(dump: string, from: number, marks: RegExp, ends: (mark: string) => boolean): number {
  marks.lastIndex = from;
  for (let found = marks.exec(dump); found; found = marks.exec(dump)) if (ends(found[0])) return marks.lastIndex;
  return dump.length;
}

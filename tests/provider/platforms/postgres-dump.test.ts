import { describe, expect, test } from "vitest";

import { sqlBody } from "../../../src/provider/platforms/posix/postgres-dump.ts";
import { session } from "../../../src/provider/platforms/posix/postgres-psql.ts";

const body = (dump: string): string => sqlBody(Buffer.from(dump)).toString("utf8");

/** What psql is given, without what precedes each part. */
const parts = (dump: string): string[] => body(dump).split(session).slice(1);

/** The statements that a part gives to the server as a value. */
function executed(part: string): string {
  const unquoted = (text: string) => {
    const [, escaped, said = ""] = /^ ?(E?)'((?:''|[^'])*)'$/.exec(text) ?? [];
    const plain = said.replaceAll("''", "'");
    return escaped ? plain.replaceAll("\\\\", "\\") : plain;
  };
  const block = unquoted(/^DO (.*);\n$/s.exec(part)?.[1] ?? "");
  return unquoted(/^BEGIN EXECUTE (.*); END$/s.exec(block)?.[1] ?? "");
}

const dump = `--
-- PostgreSQL database dump
--

\\restrict abc
SET statement_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);

CREATE TABLE public.t (
    v text DEFAULT 'it''s; \\ $$'::text NOT NULL, -- ';
    "odd;name" integer
);
ALTER TABLE ONLY public.t ALTER COLUMN v SET DEFAULT E'\\';\\n';
COPY public.t (v, "odd;name") FROM stdin;
commit;\t1
\\N\t2
\\! id\t3
\\.

SELECT pg_catalog.setval('public.t_id_seq', 12, true);
CREATE UNIQUE INDEX t_v ON public.t USING btree (v);
COMMENT ON TABLE public.t IS 'schön; \\! id';
\\unrestrict abc
`;

test("statements of a dump go to the server as values, rows as rows", () => {
  const [before = "", rows = "", after = "", ...more] = parts(dump);
  expect(more).toEqual([]);
  expect(executed(before)).toMatch(/^SET statement_timeout = 0;\nSET client_encoding = 'UTF8';\n/);
  expect(executed(before)).toContain(`DEFAULT 'it''s; \\ $$'::text NOT NULL, -- ';\n    "odd;name" integer\n);\n`);
  expect(executed(before)).toContain("SET DEFAULT E'\\';\\n';\n");
  expect(rows).toBe('COPY public.t (v, "odd;name") FROM stdin;\ncommit;\t1\n\\N\t2\n\\! id\t3\n\\.\n');
  expect(executed(after)).toMatch(/^SELECT pg_catalog\.setval\(.*\n.*\n.*IS 'schön; \\! id';\n$/);
});

test("a command of psql in a text is no command", () => {
  for (const line of body(dump.replace(/^COPY.*?^\\\.$/ms, "")).split("\n")) expect(line).not.toMatch(/^\s*\\/);
});

test("many rows as INSERT go in parts", () => {
  const rows = Array.from({ length: 5000 }, (_, row) => `INSERT INTO public.t VALUES ('row ${row} \\');`);
  const said = parts(rows.join("\n")).map(executed);
  expect(said.length).toBeGreaterThan(2);
  expect(said.join("")).toBe(`${rows.join("\n")}\n`);
});

test("a timeout that servers before 17 do not know is set where the server has it; rows may say the same", () => {
  const rows = "COPY public.t (v) FROM stdin;\nSET transaction_timeout = 0;\n\\.\n";
  const [before = "", after] = parts(`SET transaction_timeout = 0;\n${rows}`);
  expect(executed(before)).toMatch(/^SELECT pg_catalog\.set_config\(name, .* WHERE name = 'transaction_timeout';\n$/);
  expect(after).toBe(rows);
});

test("lines may end as on Windows", () => {
  const [rows] = parts("COPY public.t (v) FROM stdin;\r\na\r\n\\.\r\n");
  expect(rows).toBe("COPY public.t (v) FROM stdin;\r\na\r\n\\.\r\n");
});

describe("refused, with its line", () => {
  test.each([
    ["COMMIT;", "would end the transaction"],
    ["begin ;", "would end the transaction"],
    ["START TRANSACTION READ WRITE;", "would end the transaction"],
    ["\\connect other", "command of psql"],
    ["\\! id", "command of psql"],
    ["  \\! id", "command of psql"],
    ["\\restrict abc\\! id", "command of psql"],
    ["GRANT ALL ON TABLE public.t TO service_role;", "--no-privileges"],
    ["COPY public.t TO PROGRAM 'id';", "no COPY as pg_dump writes it"],
    ["COPY public.t (v) FROM PROGRAM 'id';", "no COPY as pg_dump writes it"],
    ["RESET ROLE;", "neither of a table nor of its rows"],
    ["DO $$ BEGIN END $$;", "neither of a table nor of its rows"],
    ["SET SESSION AUTHORIZATION postgres;", "neither of a table nor of its rows"],
    ["CREATE FUNCTION public.f() RETURNS int LANGUAGE sql AS 'SELECT 1';", "neither of a table"],
    ["CREATE TRIGGER t BEFORE INSERT ON public.t EXECUTE FUNCTION public.f();", "neither of a table"],
    ["CREATE VIEW public.v AS SELECT 1;", "neither of a table"],
    ["SELECT pg_catalog.set_config('standard_conforming_strings', 'off', false);", "neither of a table"],
    ["SET standard_conforming_strings = off;", "--encoding=UTF8"],
    ["SET client_encoding = 'SJIS';", "--encoding=UTF8"],
    ["COPY public.t (v) FROM stdin;", "rows that have no end"],
    ["COPY public.t (v) FROM stdin; SELECT 1;", "has more on its line"],
    ["INSERT INTO public.t VALUES ('a", "has no end"],
    ["INSERT INTO public.t VALUES (1)", "has no end"],
  ])("%s", (line, why) => {
    expect(() => body(`${dump}${line}\n`)).toThrow(why);
    expect(() => body(`${dump}${line}\n`)).toThrow(/^line 26, `/);
  });

  test.each([
    ["after a comment that a COPY could hide in", "-- rows from stdin;\n\\! id\n"],
    ["behind a statement", "SELECT pg_catalog.setval('s', 1, true); \\! id\n"],
    ["within a statement", "INSERT INTO t VALUES (1 \\! id\n);\n"],
    ["behind a comment that a carriage return ends", "-- a\rCREATE VIEW v AS SELECT 1;\n"],
    ["behind a comment in a comment", "/* /* */ ' */ CREATE VIEW v AS SELECT 1; -- '\n"],
    ["behind an escaped quote", "INSERT INTO t VALUES (E'\\''); CREATE VIEW v AS SELECT 1; -- '\n"],
    ["behind a quote that nothing escapes", "INSERT INTO t VALUES ('\\'); CREATE VIEW v AS SELECT 1; -- '\n"],
    [
      "behind a name that ends like an escaped text",
      "INSERT INTO t VALUES (e1e'\\'); CREATE VIEW v AS SELECT 1; -- '\n",
    ],
    ["behind a text between dollars", "INSERT INTO t VALUES ($a$ $b$ ' $a$); CREATE VIEW v AS SELECT 1; -- '\n"],
    ["behind a dollar in a name", "INSERT INTO t VALUES (a$b$); CREATE VIEW v AS SELECT 1; -- $b$;\n"],
    ["behind a text that goes on", "INSERT INTO t VALUES (E'a'\n'\\'); CREATE VIEW v AS SELECT 1; -- ');\n"],
    ["within parentheses", "CREATE TABLE t (; CREATE VIEW v AS SELECT 1; );\n"],
    ["behind a NUL", "INSERT INTO t VALUES ('\0'); \\! id\n"],
  ])("what is hidden %s", (_, text) => {
    expect(() => body(text)).toThrow(TypeError);
  });
});

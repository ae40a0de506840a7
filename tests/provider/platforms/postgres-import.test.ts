import { describe, expect, test } from "vitest";

import { csvBody, csvColumns, loadScript, sqlBody } from "../../../src/provider/platforms/posix/postgres-import.ts";

const text = (buffer: Buffer): string => buffer.toString("utf8");

describe("CSV", () => {
  test.each([
    ["id,body", ["id", "body"]],
    ['"a ""b""",c', ['a "b"', "c"]],
    ["only", ["only"]],
    ['"with, comma",x', ["with, comma", "x"]],
  ])("columns of %s", (header, columns) => expect(csvColumns(header)).toEqual(columns));

  test.each(["", "a,,b", 'a,"b', "a,"])("%s is no header", (header) => {
    expect(() => csvColumns(header)).toThrow("header of column names");
  });

  test("the rows go in one COPY with the header's columns", () => {
    expect(text(csvBody("public.t", Buffer.from("\uFEFFid,body\r\n1,x")))).toBe(
      'COPY "public"."t" ("id", "body") FROM STDIN WITH (FORMAT csv, HEADER true);\n\uFEFFid,body\r\n1,x\r\n\\.\r\n',
    );
  });

  test("a line that psql would take for the end is refused", () => {
    expect(() => csvBody("public.t", Buffer.from('id\n"a\n\\.\nDROP TABLE t;"\n'))).toThrow("psql takes for its end");
  });
});

describe("dump", () => {
  const dump =
    "\\restrict abc\nSET x = 0;\nCREATE TABLE t (v text);\nCOPY public.t (v) FROM stdin;\ncommit;\n\\N\n\\.\n\\unrestrict abc\n";

  test("a plain one of pg_dump passes as it is, whatever its rows hold", () => {
    expect(text(sqlBody(Buffer.from(dump)))).toBe(dump);
  });

  test("a timeout that servers before 17 do not know is set where the server has it; rows may say the same", () => {
    const newer = `SET lock_timeout = 0;\nSET transaction_timeout = 0;\nSET client_encoding = 'UTF8';\n`;
    const rows = "COPY public.t (v) FROM stdin;\nSET transaction_timeout = 0;\n\\.\n";
    expect(text(sqlBody(Buffer.from(newer + rows)))).toBe(
      newer.replace(
        "SET transaction_timeout = 0;",
        "SELECT pg_catalog.set_config(name, '0', false) FROM pg_catalog.pg_settings WHERE name = 'transaction_timeout';",
      ) + rows,
    );
  });

  test.each([
    ["COMMIT;", "end the transaction"],
    ["begin ;", "end the transaction"],
    ["START TRANSACTION READ WRITE;", "end the transaction"],
    ["\\connect other", "command of psql"],
    ["\\! id", "command of psql"],
  ])("%s is refused", (line, why) => {
    expect(() => sqlBody(Buffer.from(`${dump}${line}\n`))).toThrow(why);
    expect(() => sqlBody(Buffer.from(`${dump}${line}\n`))).toThrow(`line 9, \`${line}\``);
  });

  test("the body of a function may say END; and BEGIN", () => {
    expect(() => sqlBody(Buffer.from("AS $$\nBEGIN\n  RETURN 1;\nEND;\n$$;\n"))).not.toThrow();
  });
});

describe("load", () => {
  const load = { table: "public.t", sha256: "ab", body: Buffer.from("INSERT INTO t VALUES (1);\n") };

  test("is committed by its last line only", () => {
    const script = text(loadScript(load));
    expect(script.startsWith("BEGIN;\n")).toBe(true);
    expect(script.match(/COMMIT;/g)).toHaveLength(1);
    expect(script.endsWith("\nCOMMIT;\n")).toBe(true);
  });

  test("empties the table on a reload only", () => {
    expect(text(loadScript(load))).not.toContain("TRUNCATE");
    expect(text(loadScript({ ...load, reload: true }))).toContain('TRUNCATE "public"."t";');
    expect(text(loadScript({ ...load, reload: true, body: undefined }))).not.toContain("TRUNCATE");
  });
});

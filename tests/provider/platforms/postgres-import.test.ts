import { describe, expect, test } from "vitest";

import { csvBody, csvColumns, loadScript } from "../../../src/provider/platforms/posix/postgres-import.ts";

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

describe("load", () => {
  const load = { table: "public.t", sha256: "ab", body: Buffer.from("INSERT INTO t VALUES (1);\n") };

  test("is committed by its last line only", () => {
    const [, loaded = "", ...more] = text(loadScript(load)).split("BEGIN;\n").slice(1);
    expect(more).toEqual([]);
    expect(loaded).toContain("INSERT INTO t");
    expect(loaded.match(/COMMIT;/g)).toHaveLength(1);
    expect(loaded.endsWith("\nCOMMIT;\n")).toBe(true);
  });

  test("the owner logs in before the file says anything; rows that are adopted say nothing", () => {
    const script = text(loadScript({ ...load, owner: "app" }));
    expect(script.indexOf("\\connect - 'app'\n")).toBeGreaterThan(script.indexOf("CREATE SCHEMA"));
    expect(script.indexOf("\\connect - 'app'\n")).toBeLessThan(script.indexOf("INSERT INTO t"));
    expect(script).not.toContain("RESET");
    expect(text(loadScript(load))).not.toContain("\\connect");
    expect(text(loadScript({ ...load, owner: "app", body: undefined }))).not.toContain("\\connect");
  });

  test("empties the table on a reload only", () => {
    expect(text(loadScript(load))).not.toContain("TRUNCATE");
    expect(text(loadScript({ ...load, reload: true }))).toContain('TRUNCATE "public"."t";');
    expect(text(loadScript({ ...load, reload: true, body: undefined }))).not.toContain("TRUNCATE");
  });
});

import { describe, expect, test } from "vitest";

import { identifier, literal, tableIdentifier } from "../../../src/provider/platforms/posix/postgres-sql.ts";

describe("SQL quoting", () => {
  test.each([
    ["app", '"app"'],
    ["Mixed Case", '"Mixed Case"'],
    ['a"; DROP ROLE x; --', '"a""; DROP ROLE x; --"'],
    ["back\\slash", '"back\\slash"'],
  ])("identifier %s", (name, quoted) => expect(identifier(name)).toBe(quoted));

  test.each([
    ["plain", "'plain'"],
    ["it's", "'it''s'"],
    ["a\\b", " E'a\\\\b'"],
    ["\\'; DROP ROLE x; --", " E'\\\\''; DROP ROLE x; --'"],
    [":variable", "':variable'"],
  ])("literal %s", (text, quoted) => expect(literal(text)).toBe(quoted));

  test("both parts of a table are quoted", () => {
    expect(tableIdentifier("public.wiki_chunks")).toBe('"public"."wiki_chunks"');
    expect(() => tableIdentifier("wiki_chunks")).toThrow("not a table with its schema");
    expect(() => tableIdentifier("a.b.c")).toThrow("not a table with its schema");
  });

  test("a NUL character is refused", () => {
    expect(() => identifier("a\0b")).toThrow("NUL");
    expect(() => literal("a\0b")).toThrow("NUL");
  });
});

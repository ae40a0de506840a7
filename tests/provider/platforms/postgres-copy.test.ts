import { expect, test } from "vitest";

import { omitColumns } from "../../../src/provider/platforms/posix/postgres-copy.ts";

const omit = (dump: string, columns: string[] = ["embedding"], table = "public.chunks"): string =>
  omitColumns(Buffer.from(dump), table, columns).toString();

const dump = (columns: string, rows: string, table = "public.chunks"): string =>
  `SET x = 0;\nCOPY ${table} (${columns}) FROM stdin;\n${rows}\\.\nSELECT 1;\n`;

test("the columns go, from the list and from every row; everything else stays as it is", () => {
  const rows = "1\tGrüße\\tan\\nalle\t[1,2]\t{}\n2\t\t\\N\t\\N\n";
  expect(omit(dump("id, content, embedding, metadata", rows))).toBe(
    dump("id, content, metadata", "1\tGrüße\\tan\\nalle\t{}\n2\t\t\\N\n"),
  );
});

test("names may be quoted", () => {
  expect(omit(dump('"a, b", "c ""d"""', "1\t2\n", '"public"."chunks"'), ['c "d"'])).toBe(
    dump('"a, b"', "1\n", '"public"."chunks"'),
  );
});

test("rows of other tables stay", () => {
  const other = dump("id, embedding", "1\t2\n", "public.other");
  expect(omit(`${other}${dump("id, embedding", "1\t2\n")}`)).toBe(`${other}${dump("id", "1\n")}`);
});

test.each([
  ["a dump of INSERT statements", "INSERT INTO public.chunks VALUES (1);\n"],
  ["another table", dump("id, embedding", "", "public.other")],
  ["no such column", dump("id", "1\n")],
])("%s is refused", (_, given) => {
  expect(() => omit(given)).toThrow("it has no line `COPY public.chunks (...) FROM stdin;` with embedding");
});

test("nothing to omit leaves the dump alone", () => {
  expect(omit("anything", [])).toBe("anything");
});

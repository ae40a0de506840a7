import { expect, test } from "vitest";
import { changes, defined, holdsUnknown, pathText, pick, same, unknown } from "../../src/provider/values.ts";

const shown = (before: unknown, after: unknown) =>
  changes(before, after).map(({ kind, path }) => `${kind} ${pathText(path)}`);

test("changes name the deepest place in objects, and lists as a whole", () => {
  const before = { mode: "0644", files: { "/a": { content: "x" }, "/b": { content: "y" } }, ports: [1, 2] };
  const after = { mode: "0644", files: { "/a": { content: "z" }, "/c": { content: "y" } }, ports: [1, 3] };
  expect(shown(before, after)).toEqual([
    'update files["/a"].content',
    'delete files["/b"]',
    'add files["/c"]',
    "update ports",
  ]);
});

test("another kind of value is one update", () => {
  expect(shown({ a: { b: 1 } }, { a: "text" })).toEqual(["update a"]);
  expect(shown({ a: null }, { a: { b: 1 } })).toEqual(["update a"]);
});

test("equal values do not differ, in whichever order their keys come", () => {
  expect(shown({ a: 1, b: [{ c: 1 }] }, { b: [{ c: 1 }], a: 1 })).toEqual([]);
});

test("an unknown is a change, also against itself", () => {
  expect(same(unknown, unknown)).toBe(false);
  expect(same({ a: [unknown] }, { a: [unknown] })).toBe(false);
  expect(shown({ a: 1, b: 2 }, { a: unknown, b: 2 })).toEqual(["update a"]);
  expect(holdsUnknown({ a: [{ b: unknown }] })).toBe(true);
  expect(holdsUnknown({ a: [{ b: "04da6b54-80e4-46f7-96ec-b56ff0331ba9" }] })).toBe(false);
});

test("paths are spelled as Pulumi spells them", () => {
  expect(pathText(["files", "/etc/a b", "content"])).toBe('files["/etc/a b"].content');
  expect(pathText(["ports", 0])).toBe("ports[0]");
  expect(pathText(["net.ipv4"])).toBe('["net.ipv4"]');
});

test("undefined says not managed: it is no key", () => {
  expect(defined({ a: 1, b: undefined, c: null })).toEqual({ a: 1, c: null });
  expect(pick({ a: 1, b: undefined, c: 3 }, ["a", "b", "d"])).toEqual({ a: 1 });
});

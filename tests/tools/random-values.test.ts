import { expect, test } from "vitest";

import { checkInputs } from "../../tools/offline-plugins/random/check.ts";
import { difference } from "../../tools/offline-plugins/random/diff.ts";
import { randomId } from "../../tools/offline-plugins/random/random-id.ts";
import { randomPet } from "../../tools/offline-plugins/random/random-pet.ts";
import { randomPassword, randomString, randomText } from "../../tools/offline-plugins/random/random-text.ts";
import { withDefaults } from "../../tools/offline-plugins/random/resource.ts";
import { UNKNOWN, type Values } from "../../tools/offline-plugins/wire.ts";

const text = (given: Values) => randomText(withDefaults(randomString, given));

test("every character of the sets turns up about as often as the others", () => {
  const counts = new Map<string, number>();
  for (const character of text({ length: 83_000 })) counts.set(character, (counts.get(character) ?? 0) + 1);
  expect(counts.size).toBe(83); // 26 + 26 + 10 + 21
  for (const count of counts.values()) {
    expect(count).toBeGreaterThan(800); // 1,000 expected: 6 standard deviations
    expect(count).toBeLessThan(1_200);
  }
});

test("characters of a minimum may stand anywhere", () => {
  const places = new Set(
    Array.from({ length: 400 }, () => text({ length: 4, special: false, minSpecial: 1 }).search(/\W|_/)),
  );
  expect([...places].sort()).toEqual([0, 1, 2, 3]);
});

test("minimums count for sets that are off, as in the official plugin", () => {
  expect(text({ length: 6, lower: false, upper: false, special: false, minUpper: 6 })).toMatch(/^[A-Z]{6}$/);
});

test("special characters of one's own may lie outside ASCII", () => {
  const made = text({ length: 30, upper: false, lower: false, numeric: false, overrideSpecial: "é£😀" });
  expect(Array.from(made)).toHaveLength(30);
  expect(made).toMatch(/^(é|£|😀){30}$/u);
});

test.each<[string, Values, string, RegExp]>([
  ["no length", {}, "length", /required/],
  ["length 0", { length: 0 }, "length", /at least 1/],
  ["half a length", { length: 1.5 }, "length", /whole number/],
  ["a length as text", { length: "16" }, "length", /whole number/],
  ["more minimums than length", { length: 3, minUpper: 2, minLower: 2 }, "length", /at least 4/],
  ["a negative minimum", { length: 8, minUpper: -1 }, "minUpper", /at least 0/],
  [
    "no set at all",
    { length: 8, upper: false, lower: false, numeric: false, special: false },
    "numeric",
    /must be true/,
  ],
  ["number against numeric", { length: 8, number: true, numeric: false }, "number", /deprecated/],
  ["keepers that are no text", { length: 8, keepers: { a: 1 } }, "keepers", /names to text/],
])("%s is refused", (_, inputs, property, reason) => {
  expect(checkInputs(randomPassword, inputs)).toEqual([{ property, reason: expect.stringMatching(reason) }]);
});

test("what a preview does not know yet is not refused", () => {
  const unknown = { length: UNKNOWN, minUpper: 3, keepers: { a: UNKNOWN }, upper: UNKNOWN };
  expect(checkInputs(randomPassword, unknown)).toEqual([]);
  expect(checkInputs(randomPassword, { length: 2, minUpper: UNKNOWN })).toEqual([]);
});

const state = withDefaults(randomPassword, { length: 8, keepers: { a: "1" } });
test.each<[string, Values, string[]]>([
  ["the same", { length: 8, keepers: { a: "1" } }, []],
  ["a default spelt out", { length: 8, keepers: { a: "1" }, special: true, numeric: true }, []],
  ["a keeper that is null", { length: 8, keepers: { a: "1", b: null } }, []],
  ["another length", { length: 9, keepers: { a: "1" } }, ["length"]],
  ["a set less", { length: 8, keepers: { a: "1" }, special: false }, ["special"]],
  ["numeric, also known as number", { length: 8, keepers: { a: "1" }, numeric: false }, ["number", "numeric"]],
  ["another keeper", { length: 8, keepers: { a: "2" } }, ["keepers"]],
  ["no keepers", { length: 8 }, ["keepers"]],
  ["a keeper not known yet", { length: 8, keepers: { a: UNKNOWN } }, ["keepers"]],
])("%s replaces for %s", (_, inputs, replaced) => {
  const changes = difference(randomPassword, state, inputs);
  expect(changes.filter(({ replace }) => replace).map(({ property }) => property)).toEqual(replaced);
  expect(changes).toHaveLength(replaced.length);
});

test("two ways to say none are no reason for a new value", () => {
  expect(difference(randomPassword, { length: 8, overrideSpecial: "" }, { length: 8 })).toEqual([
    { property: "overrideSpecial", kind: "DELETE", replace: false },
  ]);
  expect(difference(randomPet, {}, { keepers: {} })).toEqual([{ property: "keepers", kind: "ADD", replace: false }]);
});

test("ids that are none are not imported", () => {
  expect(() => randomId.adopt("p-9hUg==")).toThrow(/URL-safe base64/);
  expect(() => randomPet.adopt("nice-otter")).toThrow(/cannot be imported/);
});

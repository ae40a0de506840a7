import { expect, test } from "vitest";
import { redact, secretTexts } from "../../src/provider/rpc/redact.ts";

test("texts at secret places are found at any depth, whole and line by line", () => {
  const values = { password: "hunter22", env: { key: ["first line\n  second line"] }, plain: "visible" };
  expect(secretTexts({ values, secrets: [["password"], ["env"]] })).toEqual([
    "hunter22",
    "hunter22",
    "first line\n  second line",
    "first line",
    "second line",
  ]);
});

test("a place that is not there, a number or a short word is nothing to hide", () => {
  expect(secretTexts({ values: { a: "abc", n: 12345 }, secrets: [["a"], ["n"], ["x", "y"]] })).toEqual([]);
});

test("every occurrence goes, the longest first, so that no part of it stays", () => {
  expect(redact("pass passphrase pass", ["pass", "passphrase"])).toBe("[secret] [secret] [secret]");
  expect(redact("$& stays $1", ["$&"])).toBe("[secret] stays $1");
});

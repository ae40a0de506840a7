import { expect, test } from "vitest";

import { type Check, error, note, warning } from "../../src/checks/check.ts";
import { judge } from "../../src/checks/judge.ts";
import { modelOf } from "./model.ts";

const today = "2027-01-15";
const checks: Check[] = [
  { id: "MM-01", waivable: false, findings: () => [error("two claim a port")] },
  { id: "MM-02", waivable: true, findings: () => [error("too large"), note("on demand")] },
  { id: "MM-03", waivable: true, findings: () => [warning("no limit")] },
  { id: "GW-01", waivable: false, findings: () => [] },
];
const waiver = (id: string, expires = today) => ({ id, reason: "memory comes on Monday", expires });
const verdict = (...waivers: ReturnType<typeof waiver>[]) => judge(checks, modelOf(), waivers, today);

test("what all rules find is told at once, each line with its id, by severity", () => {
  expect(verdict()).toEqual({
    errors: ["MM-01 two claim a port", "MM-02 too large"],
    warnings: ["MM-03 no limit"],
    notes: ["MM-02 on demand"],
  });
});

test("what is waived, until the end of its last day, is told one step lower", () => {
  const until = "(waived until 2027-01-15: memory comes on Monday)";
  expect(verdict(waiver("MM-02"), waiver("MM-03"))).toEqual({
    errors: ["MM-01 two claim a port"],
    warnings: [`MM-02 too large ${until}`],
    notes: [`MM-02 on demand ${until}`, `MM-03 no limit ${until}`],
  });
});

test("an expired waiver is an error, and what it waived too", () => {
  expect(verdict(waiver("MM-02", "2027-01-14")).errors).toEqual([
    expect.stringMatching(/^groundwork:waivers\[0\] \(MM-02: memory comes on Monday\) expired on 2027-01-14;/),
    "MM-01 two claim a port",
    "MM-02 too large",
  ]);
});

test("a waiver of no check, or of one that nothing can waive, is an error", () => {
  expect(verdict(waiver("MM-99"), waiver("MM-01")).errors.slice(0, 2)).toEqual([
    "groundwork:waivers[0] names MM-99, which is not a check; the checks are: MM-01, MM-02, MM-03, GW-01",
    "groundwork:waivers[1] names MM-01, which cannot be waived: the program could not run",
  ]);
});

import { expect, test } from "vitest";

import { checks, judge } from "../../src/checks/judge.ts";
import { modelOf, service } from "./model.ts";

const today = "2027-01-15";
const tooLarge = service("postgres", { memoryMiB: 9999 });
const waiver = { id: "MM-02", reason: "memory comes on Monday", expires: "2027-01-15" };

test("a sound model has neither errors nor waivers", () => {
  expect(judge(modelOf(service("postgres")), [], today)).toEqual({ errors: [], waived: [] });
});

test("violations of all rules are told at once, each with its id", () => {
  const model = modelOf(tooLarge, service("other", { uses: ["nothing"] }));
  const { errors } = judge({ ...model, network: "10.0.0.0/8" }, [], today);
  expect(errors.map((said) => said.slice(0, 5))).toEqual(["MM-01", "MM-02", "GW-01", "GW-02", "GW-02"]);
});

test("a waiver holds until the end of its last day", () => {
  expect(judge(modelOf(tooLarge), [waiver], today)).toEqual({
    errors: [],
    waived: [expect.stringMatching(/^MM-02 storage has .* \(waived until 2027-01-15: memory comes on Monday\)$/)],
  });
});

test("an expired waiver is an error, and what it waived too", () => {
  expect(judge(modelOf(tooLarge), [waiver], "2027-01-16").errors).toEqual([
    expect.stringMatching(/^groundwork:waivers\[0\] \(MM-02: memory comes on Monday\) expired on 2027-01-15;/),
    expect.stringMatching(/^MM-02 storage has/),
  ]);
});

test("a waiver of no check, or of one that nothing can waive, is an error", () => {
  const waivers = [
    { ...waiver, id: "MM-99" },
    { ...waiver, id: "MM-01" },
  ];
  expect(judge(modelOf(), waivers, today).errors).toEqual([
    `groundwork:waivers[0] names MM-99, which is no check; there are: ${checks.map(({ id }) => id).join(", ")}`,
    "groundwork:waivers[1] names MM-01, which nothing can waive: the program could not run",
  ]);
});

test("ids are unique", () => {
  expect(new Set(checks.map(({ id }) => id)).size).toBe(checks.length);
});

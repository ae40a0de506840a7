// The last column of the target sheet, row by row.
import { expect, test } from "vitest";

import { macminisChecks } from "../../../src/checks/macminis/index.ts";
import { found, modelWith } from "./judged.ts";
import { modelRows } from "./model-rows.ts";
import { artefact } from "./rows.ts";
import { serviceRows } from "./service-rows.ts";

const rows = [...modelRows, ...serviceRows];

test.each(rows.map((row) => [row.id, row.what, row] as const))("%s passes and finds %s", (id, _, row) => {
  expect(found(id, modelWith(row.passes))).toEqual([]);
  expect(found(id, modelWith(row.fails))).toEqual(
    row.says.map((said) => (typeof said === "string" ? said : expect.stringMatching(said))),
  );
});

test("MM-24 also finds a service that the whole network may reach", () => {
  const model = modelWith();
  const services = model.services.map((one) => (one.name === "loki" ? { ...one, clients: "network" as const } : one));
  expect(found("MM-24", model)).toEqual([]);
  expect(found("MM-24", { ...model, services })).toEqual([
    "error: all of 192.168.1.0/24 reaches services that ask nobody who they are: loki; let only those that use them reach them",
  ]);
});

test("MM-31 passes a front end that is clean, and finds one that is not, or that nobody can look into", () => {
  const own = { "services.nginx.site": artefact };
  expect(found("MM-31", modelWith())).toEqual([]);
  expect(found("MM-31", modelWith(own, []))).toEqual([]);
  expect(found("MM-31", modelWith(own, ["supabase.co"]))).toEqual([
    "warning: the front end still speaks of supabase.co: build it anew with the address of this API",
  ]);
  expect(found("MM-31", modelWith(own))).toEqual([expect.stringMatching(/^warning: nobody can look into/)]);
});

/** Told by the provider, which asks the machine: tests/provider/resources. */
const live = ["MM-14", "MM-30"];

test("every row of the target sheet has a rule and an example", () => {
  const sheet = Array.from({ length: 31 }, (_, index) => `MM-${String(index + 1).padStart(2, "0")}`);
  const ids = macminisChecks.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  expect([...ids.filter((id) => id.startsWith("MM-")), ...live].toSorted()).toEqual(sheet);
  expect([...new Set(rows.map(({ id }) => id)), "MM-31", ...live].toSorted()).toEqual(sheet);
});

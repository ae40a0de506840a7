// The last column of the target sheet, row by row.
import { expect, test } from "vitest";

import { macminisChecks } from "../../../src/checks/macminis/index.ts";
import { machineRows } from "../../provider/platforms/machine-rows.ts";
import { found, modelWith } from "./judged.ts";
import { modelRows } from "./model-rows.ts";
import { serviceRows } from "./service-rows.ts";

const rows = [...modelRows, ...serviceRows];

test.each(rows.map((row) => [row.id, row.what, row] as const))("%s passes and finds %s", (id, _, row) => {
  expect(found(id, modelWith(row.passes, row.mentions?.passes))).toEqual([]);
  expect(found(id, modelWith(row.fails, row.mentions?.fails))).toEqual(
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

/** Told by the provider, which asks the machine; on a Mac-like host in tests/integration/machine.test.ts. */
const live = machineRows.flatMap(({ id }) => id ?? []);

test("every row of the target sheet has a rule and an example", () => {
  const sheet = Array.from({ length: 31 }, (_, index) => `MM-${String(index + 1).padStart(2, "0")}`);
  const ids = macminisChecks.map(({ id }) => id);
  const ruled = ids.filter((id) => id.startsWith("MM-"));
  expect(new Set(ids).size).toBe(ids.length);
  expect(new Set(rows.map(({ id }) => id))).toEqual(new Set(ruled));
  expect([...new Set([...ruled, ...live])].toSorted()).toEqual(sheet);
});

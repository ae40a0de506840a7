// The last column of the target sheet, row by row.
import { expect, test } from "vitest";

import { macminisChecks } from "../../../src/checks/macminis/index.ts";
import { machineRows } from "../../provider/platforms/machine-rows.ts";
import { advised } from "./advice.ts";
import { generalRows } from "./general-rows.ts";
import { found, modelWith } from "./judged.ts";
import { modelRows } from "./model-rows.ts";
import { serviceRows } from "./service-rows.ts";

const rows = [...modelRows, ...serviceRows, ...generalRows];

test.each(rows.map((row) => [row.id, row.what, row] as const))("%s passes and finds %s", (id, _, row) => {
  expect(found(id, modelWith(row.passes, row.mentions?.passes))).toEqual([]);
  expect(found(id, modelWith(row.fails, row.mentions?.fails))).toEqual(
    row.says.map((said) => (typeof said === "string" ? said : expect.stringMatching(said))),
  );
});

const advising = rows.flatMap((row) =>
  found(row.id, modelWith(row.fails, row.mentions?.fails)).flatMap((said) => {
    const changes = advised(said);
    return Object.keys(changes).length > 0 ? [[row.id, said, { ...row, changes }] as const] : [];
  }),
);

test.each(advising)("%s: who follows the advice is rid of: %s", (id, said, { fails, changes, mentions }) => {
  const severity = said.split(":")[0]!;
  const grave = (findings: string[]) => findings.filter((finding) => finding.startsWith(severity));
  const before = found(id, modelWith(fails, mentions?.fails));
  const after = found(id, modelWith({ ...fails, ...changes }, mentions?.fails));
  expect(after).not.toContain(said);
  expect(grave(after).length, after.join("\n")).toBeLessThan(grave(before).length);
});

test("MM-24 also finds a service that the whole network may reach", () => {
  const model = modelWith();
  const services = model.services.map((one) => (one.name === "loki" ? { ...one, clients: "network" as const } : one));
  expect(found("MM-24", model)).toEqual([]);
  expect(found("MM-24", { ...model, services })).toEqual([
    "error: everybody on 192.168.1.0/24 reaches services that ask for no password: loki; limit each to the hosts of the services that use it",
  ]);
});

/** Told by the provider, which asks the machine; on a Mac-like host in tests/integration/machine.test.ts. */
const live = machineRows.flatMap(({ id }) => id ?? []);

test("every row of the target sheet has a rule and an example", () => {
  const sheet = Array.from({ length: 31 }, (_, index) => `MM-${String(index + 1).padStart(2, "0")}`);
  const ids = macminisChecks.map(({ id }) => id);
  const ruled = ids.filter((id) => id.startsWith("MM-"));
  expect(new Set(ids).size).toBe(ids.length);
  expect(new Set(rows.map(({ id }) => id))).toEqual(new Set(ids));
  expect([...new Set([...ruled, ...live])].toSorted()).toEqual(sheet);
});

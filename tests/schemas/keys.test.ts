import { expect, test } from "vitest";

import { kes } from "../../src/schemas/macminis/keys.ts";

const faults = (agent: string) => {
  const agents = { [agent]: { host: "control", keys: ["*"], operations: ["decrypt"] } };
  return (kes.safeParse({ host: "storage", agents }).error?.issues ?? []).map(({ code, path }) => [code, ...path]);
};

test("an agent has no name that KES itself has", () => {
  expect(faults("administrator")).toEqual([]);
  expect(faults("admin")).toEqual([["invalid_key", "agents", "admin"]]);
  expect(faults("kes")).toEqual([["invalid_key", "agents", "kes"]]);
});

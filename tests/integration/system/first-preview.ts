import { expect } from "vitest";

import { asUsers, type Deployed } from "../../support/deployed.ts";
import { plannedIn } from "../../support/preview.ts";

/** Of hosts that have nothing yet, not even what would answer of it: all is new, nothing is an error. Answers what it says. */
export async function firstPreview(system: Deployed): Promise<string> {
  const { exitCode, output } = await system.pulumi(["preview"], asUsers);
  expect(exitCode, output).toBe(0);
  const planned = [...plannedIn(output)];
  expect(planned.length).toBeGreaterThan(100);
  expect(planned.filter(([, { operation }]) => operation !== "create")).toEqual([]);
  return output;
}

import { setTimeout } from "node:timers/promises";
import { expect, test } from "vitest";

import { within } from "../../src/provider/rpc/time-limit.ts";

const DAY = 86_400;

test("a limit that no timer can hold is none", async () => {
  expect(await within(60 * DAY, setTimeout(50, "done"))).toBe("done");
});

test("what fails in time fails as it does", async () => {
  await expect(within(60, Promise.reject(new Error("full")))).rejects.toThrow("full");
});

import { expect, test } from "vitest";

import { nearest } from "../../src/schemas/nearest.ts";

test.each([
  ["postgress", "postgres"],
  ["Redis", "redis"],
  ["nignx", "nginx"],
  ["kafka", undefined],
])("%s resembles %s", (word, known) => {
  expect(nearest(word, ["postgres", "redis", "api", "nginx", "prometheus"])).toBe(known);
});

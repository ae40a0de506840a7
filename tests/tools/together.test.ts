import { setTimeout } from "node:timers/promises";
import { expect, test } from "vitest";

import { together } from "../../tools/toolchain/together.ts";

const failing = async (message: string) => {
  await setTimeout(1);
  throw new Error(message);
};

test("one failure is thrown as it is, after the others have ended", async () => {
  let ended = false;
  const other = setTimeout(20).then(() => {
    ended = true;
  });
  await expect(together([failing("no compiler"), other])).rejects.toThrow(/^no compiler$/);
  expect(ended).toBe(true);
});

test("of several failures all are told", async () => {
  await expect(together([failing("no compiler"), failing("no disk")])).rejects.toThrow(/^no compiler\nno disk$/);
});

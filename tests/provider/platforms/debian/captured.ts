import { readFileSync } from "node:fs";

import type { Answer } from "../../../../src/provider/host.ts";

/** What a real Debian 13 answered, captured once. */
export const captured = (file: string): string =>
  readFileSync(new URL(`../../../fixtures/debian-13/${file}`, import.meta.url), "utf8");

export const answer = (stdout: string, { exitCode = 0, stderr = "" } = {}): Answer => ({
  exitCode,
  stdout: Buffer.from(stdout),
  stderr,
});

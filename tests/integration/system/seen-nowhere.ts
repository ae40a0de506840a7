import { basename } from "node:path";
import { execa } from "execa";
import { expect } from "vitest";

import { labFiles, labNamed } from "../../../tools/lab/place.ts";
import type { Deployed } from "../../support/deployed.ts";

/** That secrets are in no output, and neither in the state nor in the configuration of a lab's stack. */
export async function seenNowhere({ lab }: Deployed, said: string, secrets: readonly string[]): Promise<void> {
  const { state, config } = labFiles(labNamed(basename(lab.folder)));
  for (const secret of secrets) {
    expect(secret).toMatch(/^\S{16,}$/);
    expect(said).not.toContain(secret);
    const found = await execa("grep", ["-rlFf", "-", state, config], { input: secret, reject: false });
    expect([found.exitCode, found.stdout]).toEqual([1, ""]);
  }
}

// sudo on a Mac-like lab host, which keeps HOME as macOS' does.
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import exec from "../../../src/provider/resources/exec.ts";
import { execSchema } from "../../../src/schemas/exec.ts";
import { canRunLab, whyNoLab } from "../../support/lab.ts";
import { type Machine, machine } from "../../support/machine.ts";

describe.skipIf(!canRunLab)(`Exec on a Mac-like lab host ${whyNoLab && `(skipped: ${whyNoLab})`}`, () => {
  let host: Machine;
  beforeAll(async () => {
    host = await machine("test-exec-mac", "mac", "mac");
    await host.reset();
  });
  afterAll(() => host?.close());

  test("check and command have the HOME of the user that they run as", async () => {
    const desired = execSchema.inputs.parse({
      host: "mac",
      name: "marker",
      check: ["sh", "-c", 'test -e "$HOME/marker"'],
      command: ["sh", "-c", 'touch "$HOME/marker"'],
      user: "operator",
    });
    expect(await host.drifted(exec, desired)).toBe("gone");
    await host.apply(exec, desired);
    expect(await host.drifted(exec, desired)).toEqual([]);
    expect(await host.shell("stat -f %Su /Users/operator/marker")).toBe("operator");
  });
});

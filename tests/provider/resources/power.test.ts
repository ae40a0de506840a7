// Power settings of a Mac-like lab host, whose pmset and systemsetup are doubles.
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import power from "../../../src/provider/resources/power.ts";
import type { Values } from "../../../src/provider/values.ts";
import { powerSchema } from "../../../src/schemas/power.ts";
import { canRunLab, whyNoLab } from "../../support/lab.ts";
import { type Machine, machine } from "../../support/machine.ts";

const wanted = (values: Values = {}): Values => powerSchema.inputs.parse({ host: "mac", ...values }) as Values;

describe.skipIf(!canRunLab)(`Power on a Mac-like lab host ${whyNoLab && `(skipped: ${whyNoLab})`}`, () => {
  let host: Machine;

  beforeAll(async () => {
    host = await machine("test-power", "mac", "mac");
    await host.reset();
  });
  afterAll(() => host?.close());

  test("a Mac restarts when it hangs", async () => {
    await host.apply(power, wanted({ restartfreeze: true }));
    expect(await host.shell("systemsetup -getrestartfreeze")).toBe("Restart After Freeze: On");
    expect(await host.drifted(power, wanted({ restartfreeze: true }))).toEqual([]);
  });

  test("of one that cannot, the error says how to go on, and that is the way", async () => {
    await host.shell(`pmset -a sleep 10
printf '{"restartfreeze": "Not supported on this machine."}' >/private/var/db/mac-like/systemsetup.json`);
    await expect(host.apply(power, wanted({ restartfreeze: true }))).rejects.toThrow(
      "this Mac has no power setting restartfreeze: leave it out; in the configuration of a stack: pulumi config set --path 'groundwork:hosts.mac.restartfreeze' false",
    );
    await host.apply(power, wanted());
    expect(await host.shell("pmset -g custom | awk '$1 == \"sleep\" { print $2 }'")).toBe("0");
    expect(await host.drifted(power, wanted())).toEqual([]);
  });
});

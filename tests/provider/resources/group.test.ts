import { afterAll, beforeAll, describe, expect, test } from "vitest";

import group from "../../../src/provider/resources/group.ts";
import type { Values } from "../../../src/provider/values.ts";
import { groupSchema } from "../../../src/schemas/group.ts";
import { canRunLab, whyNoLab } from "../../support/lab.ts";
import { type Machine, machine } from "../../support/machine.ts";

const named = (values: Values = {}): Values => groupSchema.inputs.parse({ host: "control", name: "crew", ...values });

describe.skipIf(!canRunLab)(`Group on a lab host ${whyNoLab && `(skipped: ${whyNoLab})`}`, () => {
  let host: Machine;

  beforeAll(async () => {
    host = await machine("test-group", "control");
    await host.shell(
      "groupdel crew 2>/dev/null || :; groupdel older 2>/dev/null || :; groupdel late 2>/dev/null || :; rm -rf /var/lib/groundwork/groups",
    );
  });
  afterAll(() => host?.close());

  test("is made, changed outside, repaired", async () => {
    expect(await host.drifted(group, named({ gid: 4000 }))).toBe("gone");
    await host.apply(group, named({ gid: 4000 }));
    expect(await host.shell("getent group crew")).toBe("crew:x:4000:");
    await host.shell("groupmod -g 4001 crew");
    expect(await host.drifted(group, named({ gid: 4000 }))).toEqual(["gid"]);
    await host.apply(group, named({ gid: 4000 }));
    expect(await host.drifted(group, named({ gid: 4000 }))).toEqual([]);
  });

  test("a delete removes it, twice, but no group that was there before", async () => {
    for (let turn = 0; turn < 2; turn++) await host.remove(group, named());
    expect(await host.drifted(group, named())).toBe("gone");
    await host.shell("groupadd older");
    await host.apply(group, named({ name: "older" }));
    await host.remove(group, named({ name: "older" }));
    expect(await host.shell("getent group older")).toContain("older");
  });

  test("a group that could not be made, and was then made by hand, is not ours to remove", async () => {
    const late = named({ name: "late" });
    await expect(host.apply(group, { ...late, gid: 0 })).rejects.toThrow("GID '0' already exists");
    await host.shell("groupadd late");
    await host.apply(group, late);
    await host.remove(group, late);
    expect(await host.shell("getent group late")).toContain("late");
  });
});

// Records of a Mac-like lab host's directory, whose dscl takes any number, as that of a Mac does.
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import group from "../../../src/provider/resources/group.ts";
import user from "../../../src/provider/resources/user.ts";
import type { Values } from "../../../src/provider/values.ts";
import { groupSchema } from "../../../src/schemas/group.ts";
import { userSchema } from "../../../src/schemas/user.ts";
import { canRunLab, whyNoLab } from "../../support/lab.ts";
import { type Machine, machine } from "../../support/machine.ts";

const account = (values: Values): Values => userSchema.inputs.parse({ host: "mac", name: "deploy", ...values });
const crew = (values: Values): Values => groupSchema.inputs.parse({ host: "mac", name: "crew", ...values });

describe.skipIf(!canRunLab)(`accounts on a Mac-like lab host ${whyNoLab && `(skipped: ${whyNoLab})`}`, () => {
  let host: Machine;

  beforeAll(async () => {
    host = await machine("test-accounts-mac", "mac", "mac");
    await host.reset();
  });
  afterAll(() => host?.close());

  const numbers = () =>
    host.shell(`dscl . -list /Users UniqueID | awk '/^(deploy|operator) / { print $1, $2 }'
      dscl . -list /Groups PrimaryGroupID | awk '/^(crew|staff) / { print $1, $2 }'
      dscl . -list /Users PrimaryGroupID | awk '/^deploy / { print $1, $2 }'`);

  test("a number that another account or group has is refused, and nothing is made", async () => {
    await expect(host.apply(user, account({ uid: 501 }))).rejects.toThrow(
      "user deploy cannot have the number 501: it is that of operator; give another uid, or leave it out",
    );
    await expect(host.apply(group, crew({ gid: 20 }))).rejects.toThrow(
      "group crew cannot have the number 20: it is that of staff; give another gid, or leave it out",
    );
    expect(await numbers()).toBe("operator 501\nstaff 20");
  });

  test("so is a change to one, and nobody's number changes", async () => {
    await host.apply(group, crew({ gid: 4001 }));
    await host.apply(user, account({ uid: 4321, group: "crew" }));
    const before = await numbers();
    expect(before).toBe("deploy 4321\noperator 501\ncrew 4001\nstaff 20\ndeploy 4001");
    await expect(host.apply(user, account({ uid: 501, group: "crew" }))).rejects.toThrow(/501: it is that of operator/);
    await expect(host.apply(group, crew({ gid: 20 }))).rejects.toThrow(/20: it is that of staff/);
    expect(await numbers()).toBe(before);
    await host.apply(user, account({ uid: 4322, group: "crew" }));
    await host.apply(group, crew({ gid: 4002 }));
    expect(await numbers()).toBe("deploy 4322\noperator 501\ncrew 4002\nstaff 20\ndeploy 4002");
  });
});

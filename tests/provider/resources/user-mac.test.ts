import { afterAll, beforeAll, describe, expect, test } from "vitest";

import group from "../../../src/provider/resources/group.ts";
import user from "../../../src/provider/resources/user.ts";
import type { Values } from "../../../src/provider/values.ts";
import { groupSchema } from "../../../src/schemas/group.ts";
import { userSchema } from "../../../src/schemas/user.ts";
import { canRunLab, whyNoLab } from "../../support/lab.ts";
import { type Machine, machine } from "../../support/machine.ts";

const named = (values: Values = {}): Values => userSchema.inputs.parse({ host: "mac", name: "svc", ...values });
const crew = (name: string): Values => groupSchema.inputs.parse({ host: "mac", name });

describe.skipIf(!canRunLab)(`User on a Mac-like lab host ${whyNoLab && `(skipped: ${whyNoLab})`}`, () => {
  let host: Machine;
  beforeAll(async () => {
    host = await machine("test-user-mac", "mac", "mac");
    await host.reset();
  });
  afterAll(() => host?.close());

  test("a new home leaves the one alone that accounts of services share", async () => {
    await host.apply(user, named({ system: true }));
    expect(await host.shell("dscl . -read /Users/svc NFSHomeDirectory")).toBe("NFSHomeDirectory: /var/empty");
    await host.apply(user, named({ system: true, home: "/opt/svc" }));
    expect(await host.shell("dscl . -read /Users/svc NFSHomeDirectory; ls -d /var/empty")).toBe(
      "NFSHomeDirectory: /opt/svc\n/var/empty",
    );
  });

  test("a new home leaves a folder alone that is somebody else's, and moves the account's own", async () => {
    await host.shell("mkdir /opt/shared /opt/svc && touch /opt/svc/data && chown -R svc /opt/svc");
    await host.apply(user, named({ system: true, home: "/opt/moved" }));
    expect(await host.shell("ls /opt/moved; test -e /opt/svc || echo moved")).toBe("data\nmoved");
    await host.shell("dscl . -create /Users/svc NFSHomeDirectory /opt/shared");
    await host.apply(user, named({ system: true, home: "/opt/elsewhere" }));
    expect(await host.shell("ls -d /opt/shared")).toBe("/opt/shared");
    await host.remove(user, named({ system: true }));
  });

  test("a delete takes the group along that came with the account, and no other", async () => {
    const groups = async () =>
      host.shell("dscl . -list /Groups PrimaryGroupID | awk '/^(svc|before) / { print $1, $2 }'");
    await host.apply(user, named());
    expect(await groups()).toMatch(/^svc \d+$/);
    await host.remove(user, named());
    expect(await groups()).toBe("");

    await host.shell("dseditgroup -q -o create -i 4400 before");
    await host.apply(user, named({ name: "before" }));
    await host.remove(user, named({ name: "before" }));
    expect(await groups()).toBe("before 4400");
  });

  test.each(["before", "after"])("a delete keeps a Group that was declared %s the account", async (when) => {
    if (when === "before") await host.apply(group, crew("svc"));
    await host.apply(user, named());
    if (when === "after") await host.apply(group, crew("svc"));
    await host.remove(user, named());
    expect(await host.drifted(group, crew("svc"))).toEqual([]);
    await host.remove(group, crew("svc"));
    await host.shell("dseditgroup -q -o delete svc 2>/dev/null || :");
  });
});

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
    await expect(host.apply(user, named({ system: true, home: "/opt/shared" }))).rejects.toThrow(
      "/opt/moved was not moved to /opt/shared: something stands there already",
    );
    expect(await host.drifted(user, named({ system: true, home: "/opt/shared" }))).toEqual(["home"]);
    await host.shell("dscl . -create /Users/svc NFSHomeDirectory /opt/shared");
    await host.apply(user, named({ system: true, home: "/opt/elsewhere" }));
    expect(await host.shell("ls -d /opt/shared")).toBe("/opt/shared");
    await host.remove(user, named({ system: true }));
  });

  test("numbers of services begin where macOS takes none for its own", async () => {
    await host.apply(user, named({ system: true }));
    const ids = "UniqueID PrimaryGroupID";
    expect(await host.shell(`dscl . -read /Users/svc ${ids} | sed 's/.* //' | xargs`)).toBe("350 350");
    await host.remove(user, named({ system: true }));
  });

  describe("without full disk access", () => {
    const without = "/private/var/db/mac-like/no-full-disk-access";
    beforeAll(() => host.shell(`touch ${without}`));
    afterAll(() => host.shell(`rm ${without}`));

    test("a creation that was cut off is finished", async () => {
      await host.shell(
        "dscl . -create /Users/svc; dscl . -create /Users/svc NFSHomeDirectory /var/empty; dscl . -create /Users/svc IsHidden 1",
      );
      await host.apply(user, named({ system: true }));
      expect(await host.drifted(user, named({ system: true }))).toEqual([]);
    });

    test("another number, another home, a delete: the error says what helps, and all stays as it was", async () => {
      const help = /eDSPermissionError[\s\S]*full disk access: .*Allow full disk access for remote users/;
      await host.shell("mkdir /opt/own && chown svc /opt/own && rm /private/var/db/mac-like/no-full-disk-access");
      await host.apply(user, named({ system: true, home: "/opt/own" }));
      await host.shell(`touch ${without}`);
      await expect(host.apply(user, named({ system: true, uid: 4711 }))).rejects.toThrow(help);
      await expect(host.apply(user, named({ system: true, home: "/opt/other" }))).rejects.toThrow(help);
      await expect(host.remove(user, named({ system: true, destroyHome: true }))).rejects.toThrow(help);
      expect(await host.shell("dscl . -read /Users/svc UniqueID NFSHomeDirectory; ls -d /opt/own")).toBe(
        "UniqueID: 350\nNFSHomeDirectory: /opt/own\n/opt/own",
      );
    });

    test("with it, it is removed", async () => {
      await host.shell(`rm ${without}`);
      await host.remove(user, named({ system: true, destroyHome: true }));
      expect(await host.shell(`dscl . -list /Users | grep svc || :; touch ${without}`)).toBe("");
    });
  });

  test("a delete keeps a group that an account still has, and says whose it is", async () => {
    const account = named({ system: true, group: "crew", home: "/opt/crew" });
    await host.apply(group, crew("crew"));
    await host.apply(user, account);
    await host.shell("mkdir /opt/crew && touch /opt/crew/data && chown svc /opt/crew/data");
    await host.remove(user, account); // kept, for its data
    await host.remove(group, crew("crew"));
    expect(host.progress).toEqual(["left: group crew is still the primary group of svc"]);
    expect(await host.drifted(group, crew("crew"))).toEqual([]);
    await host.shell("rm -r /opt/crew");
    await host.remove(user, account);
    await host.remove(group, crew("crew"));
    expect(await host.drifted(group, crew("crew"))).toBe("gone");
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

// Changes of the account that the provider logs in as: each that would shut it out is taken back by the host.
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import user from "../../../src/provider/resources/user.ts";
import type { Values } from "../../../src/provider/values.ts";
import { userSchema } from "../../../src/schemas/user.ts";
import { canRunLab, whyNoLab } from "../../support/lab.ts";
import { type Machine, machine } from "../../support/machine.ts";

const colleague = `ssh-ed25519 ${"A".repeat(68)} colleague@there`;

const debian = {
  labName: "test-user-way-in",
  system: "debian",
  home: "/home/operator",
  // Only a group lets it become root.
  before: `groupadd crew; usermod --append --groups crew,adm operator
    echo '%crew ALL=(ALL) NOPASSWD: ALL' >/etc/sudoers.d/operator`,
  entry: "getent passwd operator | cut -d : -f 7; id -nG operator",
  was: "/bin/bash\noperator adm crew",
  groups: ["adm", "crew"],
  switches: "ls /var/lib/groundwork/guard; ls /etc/systemd/system | grep guard || :",
} as const;

const mac = {
  labName: "test-user-way-in-mac",
  system: "mac",
  home: "/Users/operator",
  before: `dseditgroup -q -o create crew; dseditgroup -o edit -a operator -t user crew
    echo '%crew ALL = (ALL) NOPASSWD: ALL' >/private/etc/sudoers.d/operator
    sed -i '' '/^operator /d' /private/etc/sudoers.d/lab`,
  entry: `dscl . -read /Users/operator UserShell | cut -d ' ' -f 2
    dscl . -list /Groups GroupMembership | awk '/ operator( |$)/ { print $1 }' | xargs`,
  was: "/bin/zsh\nadmin crew",
  groups: ["admin", "crew"],
  switches:
    "ls /var/lib/groundwork/guard; ls /Library/LaunchDaemons | grep guard || :; launchctl list | grep guard || :",
} as const;

describe.skipIf(!canRunLab).each([
  ["a lab host", debian],
  ["a Mac-like lab host", mac],
])(`the way in on %s ${whyNoLab && `(skipped: ${whyNoLab})`}`, (_, { labName, system, ...place }) => {
  let host: Machine;
  let own: string;

  beforeAll(async () => {
    host = await machine(labName, "control", system, { user: "operator", sudo: {} });
    await host.reset();
    await host.shell(place.before);
    own = await host.shell(`cat ${place.home}/.ssh/authorized_keys`);
    await host.shell(`echo '# by hand' >>${place.home}/.ssh/authorized_keys`);
  });
  afterAll(() => host?.close());

  const operator = (values: Values): Values =>
    userSchema.inputs.parse({ host: "control", name: "operator", ...values });
  const keys = () => host.shell(`cat ${place.home}/.ssh/authorized_keys`);
  const failure = (values: Values) => host.apply(user, operator(values)).then(String, (error: Error) => error.message);
  const rolledBack =
    /^control: rolled back: the previous state is in force again, .*This connection logs in as operator: leave it a key/s;
  /** Over a connection of its own. */
  const comesIn = async () => {
    await host.close();
    return host.drifted(user, operator({}));
  };

  test("keys without that of the connection are taken back", async () => {
    expect(await failure({ authorizedKeys: [colleague] })).toMatch(rolledBack);
    expect(await keys()).toBe(`${own}\n# by hand`);
    expect(await comesIn()).toEqual([]);
  });

  test("so are a shell that runs nothing, and groups without the one that sudo asks for", async () => {
    expect(await failure({ groups: [], shell: "/usr/bin/false" })).toMatch(rolledBack);
    expect(await host.shell(place.entry)).toBe(place.was);
    expect(await comesIn()).toEqual([]);
    expect(await host.shell(place.switches)).toBe("");
  });

  test("a provider that dies after the change: the host takes it back by itself", async () => {
    const connected = await host.connected();
    const { accounts, guard } = connected.platform;
    await connected.run(guard.arm("login", 4, accounts.undoLogin));
    await connected.run(accounts.authorizeKeys("operator", [colleague], false));
    await connected.run(accounts.changeUser("operator", { groups: [], shell: "/usr/bin/false" }));
    await host.close();
    await expect(comesIn()).rejects.toThrow(/accepts none of/);
    await expect.poll(() => host.shell(place.entry), { timeout: 20_000 }).toBe(place.was);
    await expect.poll(() => host.shell(place.switches), { timeout: 20_000 }).toBe("login.fired");
    expect(await keys()).toBe(`${own}\n# by hand`);
    expect(await comesIn()).toEqual([]);
  });

  test("number and home are refused", async () => {
    expect(await failure({ uid: 4711, home: "/opt/operator" })).toMatch(
      /a change of uid, home may shut it out for good/,
    );
    expect(await host.shell(place.entry)).toBe(place.was);
  });

  test("what leaves it open is done, and a delete puts back the keys that were there", async () => {
    const desired = operator({ authorizedKeys: [own, colleague], groups: place.groups, shell: "/bin/sh" });
    await host.apply(user, desired);
    expect(await keys()).toBe(`${own}\n${colleague}`);
    expect(await host.drifted(user, desired)).toEqual([]);
    expect(await host.shell(place.switches)).toBe("");
    await host.remove(user, desired);
    expect(await keys()).toBe(`${own}\n# by hand`);
    expect(await host.shell("ls /var/lib/groundwork/authorized-keys")).toBe("");
    expect(await comesIn()).toEqual([]);
  });
});

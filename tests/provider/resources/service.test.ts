import { afterAll, beforeAll, describe, expect, test } from "vitest";

import service from "../../../src/provider/resources/service.ts";
import type { Values } from "../../../src/provider/values.ts";
import { serviceSchema } from "../../../src/schemas/service.ts";
import { canRunLab, whyNoLab } from "../../support/lab.ts";
import { type Machine, machine } from "../../support/machine.ts";

const named = (values: Values = {}): Values =>
  serviceSchema.inputs.parse({ host: "control", unit: "sleeper", ...values });

const unitFile = (program: string): string => `cat >/etc/systemd/system/sleeper.service <<'UNIT'
[Service]
ExecStart=${program}
ExecReload=/bin/sh -c 'echo reloaded >>/run/sleeper.log'
[Install]
WantedBy=multi-user.target
UNIT
systemctl daemon-reload
`;

describe.skipIf(!canRunLab)(`Service on a lab host ${whyNoLab && `(skipped: ${whyNoLab})`}`, () => {
  let host: Machine;

  beforeAll(async () => {
    host = await machine("test-service", "control");
    await host.shell(`systemctl disable --now sleeper 2>/dev/null || :
      rm -rf /etc/systemd/system/sleeper.service* /var/lib/groundwork/services /run/sleeper.log
      ${unitFile("/bin/sleep infinity")}`);
  });
  afterAll(() => host?.close());

  const show = (property: string): Promise<string> => host.shell(`systemctl show -p ${property} --value sleeper`);
  const process = (): Promise<string> => show("InvocationID");

  test("while a unit is enabled or disabled, no other looks outdated", async () => {
    const connected = await host.connected();
    const outdated = async () => {
      const argv = ["systemctl", "show", "-p", "NeedDaemonReload", "--value", "ssh.service"];
      return `${(await connected.ask({ argv })).stdout}`.trim();
    };
    for (const enabled of [true, false]) {
      const seen = new Set<string>();
      let over = false;
      const applied = service.apply(connected, named({ running: false, enabled })).finally(() => {
        over = true;
      });
      while (!over) seen.add(await outdated());
      await applied;
      expect([...seen]).toEqual(["no"]);
    }
  });

  test("starts and enables a unit that is there, once", async () => {
    expect(await host.drifted(service, named())).toEqual(["running", "enabled"]);
    await host.apply(service, named());
    expect(await host.shell("systemctl is-active sleeper; systemctl is-enabled sleeper")).toBe("active\nenabled");
    const before = await process();
    await host.apply(service, named());
    expect(await process()).toBe(before);
    expect(await host.drifted(service, named())).toEqual([]);
  });

  test.each([
    ["stopped", "systemctl stop sleeper", "running"],
    ["disabled", "systemctl disable --quiet sleeper", "enabled"],
    [
      "masked",
      "systemctl disable --quiet sleeper; mv /etc/systemd/system/sleeper.service /usr/lib/systemd/system/; systemctl --quiet mask sleeper",
      "enabled",
    ],
    ["edited", "sleep 1; echo '# edited' >>/usr/lib/systemd/system/sleeper.service", "running"],
  ])("shows and repairs a unit that was %s", async (_, harm, property) => {
    await host.shell(harm);
    expect(await host.drifted(service, named())).toEqual([property]);
    await host.apply(service, named());
    expect(await host.drifted(service, named())).toEqual([]);
    expect(await host.shell("systemctl is-active sleeper; systemctl is-enabled sleeper")).toBe("active\nenabled");
    expect(await show("NeedDaemonReload")).toBe("no");
  });

  test("restarts a process that was started with other digests, and one of which nothing is known", async () => {
    const desired = named({ restartOn: { configuration: "one" } });
    expect(await host.drifted(service, desired)).toEqual(["restartOn.configuration"]);
    let before = await process();
    await host.apply(service, desired);
    expect(await process()).not.toBe(before);
    before = await process();
    await host.apply(service, desired);
    expect(await process()).toBe(before);

    await host.shell("rm /var/lib/groundwork/services/sleeper");
    expect(await host.drifted(service, desired)).toEqual(["restartOn"]);
    await host.apply(service, named({ restartOn: { configuration: "two" } }));
    expect(await process()).not.toBe(before);
    expect(await host.shell("stat -c '%a %U' /var/lib/groundwork/services/sleeper")).toBe("600 root");
  });

  test("reloads without a restart", async () => {
    const desired = named({ reloadOn: { certificate: "one" } });
    const before = await process();
    await host.apply(service, desired);
    expect(await process()).toBe(before);
    expect(await host.shell("cat /run/sleeper.log")).toBe("reloaded");
    expect(await host.drifted(service, { ...desired, restartOn: { configuration: "two" } })).toEqual([]);
  });

  test("a unit that crashes at its start is one error with its last words, and a restart that failed stays drift", async () => {
    await host.shell(unitFile("/bin/sh -c 'echo the port is taken; exit 3'"));
    await host.shell("mv /etc/systemd/system/sleeper.service /usr/lib/systemd/system/; systemctl daemon-reload");
    const desired = named({ restartOn: { configuration: "three" } });
    await expect(host.apply(service, desired)).rejects.toThrow(
      /sleeper.service did not stay up[\s\S]*the port is taken/,
    );
    expect(await host.drifted(service, desired)).toContain("running");

    await host.shell(
      `${unitFile("/bin/sleep infinity")} mv /etc/systemd/system/sleeper.service /usr/lib/systemd/system/; systemctl daemon-reload`,
    );
    await host.apply(service, desired);
    expect(await host.drifted(service, desired)).toEqual([]);
  });

  test("stays down and out of boot where that is declared", async () => {
    const desired = named({ running: false, enabled: false, restartOn: { configuration: "four" } });
    await host.apply(service, desired);
    expect(await host.shell("systemctl is-active sleeper || systemctl is-enabled sleeper || :")).toBe(
      "inactive\ndisabled",
    );
    expect(await host.drifted(service, desired)).toEqual([]);
  });

  test("is imported by its name", async () => {
    const imported = { host: "control", ...service.identify("sleeper") };
    expect(await (async () => service.read(await host.connected(), imported, true))()).toMatchObject({
      running: false,
      enabled: false,
    });
  });

  test("a delete forgets it, or stops it where that is declared; twice", async () => {
    await host.apply(service, named());
    await host.remove(service, named());
    expect(await host.shell("systemctl is-active sleeper")).toBe("active");
    for (let turn = 0; turn < 2; turn++) await host.remove(service, named({ stopOnDelete: true }));
    expect(await host.shell("systemctl is-active sleeper || systemctl is-enabled sleeper || :")).toBe(
      "inactive\ndisabled",
    );
    expect(await host.shell("ls /var/lib/groundwork/services")).toBe("");
  });

  test("a unit that others start has no say in whether it starts at boot", async () => {
    expect(await host.drifted(service, named({ unit: "dbus" }))).toEqual([]);
  });

  test("a script of System V is in the boot, or not, as its links say", async () => {
    await host.shell(`cat >/etc/init.d/legacy <<'SCRIPT'
#!/bin/sh
### BEGIN INIT INFO
# Provides: legacy
# Required-Start:
# Required-Stop:
# Default-Start: 2 3 4 5
# Default-Stop: 0 1 6
### END INIT INFO
exit 0
SCRIPT
      chmod 755 /etc/init.d/legacy; update-rc.d legacy defaults; systemctl daemon-reload`);
    const links = () => host.shell("ls /etc/rc3.d | grep legacy | cut -c1");
    const out = named({ unit: "legacy", running: false, enabled: false });
    expect(await links()).toBe("S");
    expect(await host.drifted(service, out)).toEqual(["enabled"]);
    await host.apply(service, out);
    expect([await links(), await host.drifted(service, out)]).toEqual(["K", []]);

    const back = named({ unit: "legacy", running: false, enabled: true });
    expect(await host.drifted(service, back)).toEqual(["enabled"]);
    await host.apply(service, back);
    expect([await links(), await host.drifted(service, back)]).toEqual(["S", []]);
    await host.shell("rm /etc/init.d/legacy; update-rc.d legacy remove; systemctl daemon-reload");
  });

  test("is listed among all that can be started by name", async () => {
    const names = await service.list?.(await host.connected());
    expect(names).toContain("ssh.service");
    expect(names?.filter((name) => name.includes("@."))).toEqual([]);
  });

  test("a unit that is not there names the way out", async () => {
    const nowhere = named({ unit: "nosuch" });
    expect(await host.drifted(service, nowhere)).toBe("gone");
    await expect(host.apply(service, nowhere)).rejects.toThrow(/control: has no unit nosuch; .*PackageSet/);
  });
});

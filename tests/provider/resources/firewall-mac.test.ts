// pf on a Mac-like lab host, whose pfctl is a strict double that really filters.
import { setTimeout } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import firewall from "../../../src/provider/resources/firewall.ts";
import type { Values } from "../../../src/provider/values.ts";
import { firewallSchema } from "../../../src/schemas/firewall.ts";
import { canRunLab, startLab, type TestLab, whyNoLab } from "../../support/lab.ts";
import { type Machine, machine } from "../../support/machine.ts";

const labName = "test-firewall-mac";
const nowhere = "203.0.113.1"; // RFC 5737
const ports = [8080, 8081];

describe.skipIf(!canRunLab)(`Firewall on a Mac-like lab host ${whyNoLab && `(skipped: ${whyNoLab})`}`, () => {
  let host: Machine;
  let lab: TestLab;

  beforeAll(async () => {
    lab = await startLab(labName, { hosts: ["control", "storage"], system: "mac" });
    host = await machine(labName, "storage", "mac");
    await host.reset();
    await host.shell(listen);
  });
  afterAll(async () => {
    await host?.close();
    await lab?.stop();
  });

  const wanted = (values: Values = {}): Values =>
    firewallSchema.inputs.parse({
      host: "storage",
      rules: {
        web: { ports: [8080], from: [lab.address("control")] },
        dns: { protocol: "udp", ports: [53], from: "any" },
      },
      ssh: { from: [lab.subnet] },
      applicationFirewall: "off",
      rollBackAfterSec: 8,
      ...values,
    }) as Values;
  const lockedOut = () => wanted({ ssh: { from: [nowhere] } });

  const reaches = async (port: number) =>
    (await lab.run("control", ["nc", "-z", "-w", "2", lab.address("storage"), String(port)])).exitCode === 0;
  const switches = () =>
    host.shell(
      "ls /var/lib/groundwork/guard; ls /Library/LaunchDaemons | grep guard || :; launchctl list | grep guard || :",
    );
  const anchor = () => host.shell("pfctl -q -a dev.groundwork -s rules 2>/dev/null");

  test("only a declared peer gets in, to the declared port", async () => {
    expect(await Promise.all(ports.map(reaches))).toEqual([true, true]);
    await host.shell("/usr/libexec/ApplicationFirewall/socketfilterfw --setglobalstate on");
    expect(await host.drifted(firewall, wanted())).toBe("gone");
    await host.apply(firewall, wanted());
    expect(await host.drifted(firewall, wanted())).toEqual([]);
    expect(await Promise.all(ports.map(reaches))).toEqual([true, false]);
    expect(await switches()).toBe("");
  });

  test("Bonjour gets in, or no name that ends in .local resolves; other datagrams do not", async () => {
    const listening = [5353, 5354].map((port) => `(nc -u -l ${port} >/tmp/${port}.heard 2>&1 &)`);
    await host.shell(listening.join("\n"));
    for (const port of ["5353", "5354"]) {
      await lab.run("control", ["nc", "-u", "-w", "1", lab.address("storage"), port], { input: "who is there" });
    }
    expect(await host.shell("cat /tmp/5353.heard; pkill -f '^nc -u -l'; cat /tmp/5354.heard")).toBe("who is there");
  });

  test.each([
    [
      "a rule by hand",
      "pfctl -q -a dev.groundwork -s rules >/tmp/rules; echo pass in quick proto tcp to port 23 >>/tmp/rules; pfctl -q -a dev.groundwork -f /tmp/rules",
      "rules",
    ],
    ["a flush", "pfctl -q -a dev.groundwork -F rules", "incoming"],
    ["pf switched off", "pfctl -q -d", "incoming"],
    ["a main ruleset without the anchor", ": >/tmp/empty; pfctl -q -f /tmp/empty", "incoming"],
    ["what an earlier version wrote", `echo 'anchor "dev.groundwork"' >>/etc/pf.conf`, "onBoot"],
    ["a daemon that is not loaded", "launchctl bootout system/dev.groundwork.firewall", "onBoot"],
    ["a daemon that is gone", "rm /Library/LaunchDaemons/dev.groundwork.firewall.plist", "onBoot"],
    [
      "the firewall by program",
      "/usr/libexec/ApplicationFirewall/socketfilterfw --setglobalstate on",
      "applicationFirewall",
    ],
  ])("%s is drift, and goes", async (_, harm, shows) => {
    await host.shell(`${harm} 2>/dev/null || :`);
    expect(`${await host.drifted(firewall, wanted())}`).toContain(shows);
    await host.apply(firewall, wanted());
    expect(await host.drifted(firewall, wanted())).toEqual([]);
    expect(await Promise.all(ports.map(reaches))).toEqual([true, false]);
  });

  test.each([
    [
      "a boot after an update of macOS, which brings its own pf.conf",
      "{ sleep 0.2; shutdown -r now; } >/dev/null 2>&1 &",
    ],
    ["main rules of somebody else", "pfctl -q -f /etc/pf.conf; launchctl kickstart system/dev.groundwork.firewall"],
    ["pf switched off by somebody else", "pfctl -q -d; launchctl kickstart system/dev.groundwork.firewall"],
  ])("%s: the daemon has the rules in force again", async (_, happen) => {
    await host.shell(`grep -v groundwork /etc/pf.conf >/tmp/stock; cat /tmp/stock >/etc/pf.conf; ${happen}`);
    await host.close();
    const filters = async () => [
      await host.shell("pgrep -x nc >/dev/null && pfctl -q -s info 2>/dev/null | head -n 1").catch(String),
      ...(await Promise.all(ports.map(reaches))),
    ];
    await expect
      .poll(filters, { timeout: 60_000, interval: 1000 })
      .toEqual([expect.stringContaining("Enabled"), true, false]);
    expect(await host.drifted(firewall, wanted())).toEqual([]);
  });

  test("fault 11: rules that lock us out are taken back, and the error says so", async () => {
    const failure = await host.apply(firewall, lockedOut()).catch((error: Error) => error.message);
    expect(failure).toMatch(/^storage: rolled back: the previous state is in force again/);
    expect(await anchor()).toContain(lab.subnet);
    expect(await host.drifted(firewall, wanted())).toEqual([]);
    expect(await switches()).toBe("");
  });

  test("a provider that dies after the change: the host takes it back by itself", async () => {
    const connected = await host.connected();
    const { guard, packetFilter } = connected.platform;
    const openings = [{ name: "ssh", protocol: "tcp" as const, port: 22, from: nowhere }];
    await connected.run(guard.arm("firewall", 5, packetFilter.undo));
    await connected.run(packetFilter.load(packetFilter.text(openings)));
    await host.close();
    expect(await reaches(22)).toBe(false);
    await setTimeout(6000);
    expect(await anchor()).toContain(lab.subnet);
    await host.apply(firewall, wanted());
    expect(await switches()).toBe("");
  });

  test.each([
    [
      "goes off just then is waited for, and takes nothing of the next one away",
      1,
      "sed -i '' '1s/^/sleep 3; touch ended; /' firewall.armed",
    ],
    [
      "a power failure cut is no obstacle",
      61,
      "mv firewall.armed firewall.fired; pkill -f '^sleep 61'; sleep 1; touch ended",
    ],
  ])("a switch that %s", async (_, seconds, happen) => {
    const connected = await host.connected();
    const { guard, packetFilter } = connected.platform;
    const arm = (after: number) => connected.run(guard.arm("firewall", after, packetFilter.undo));
    await arm(seconds);
    await host.shell(`cd /var/lib/groundwork/guard; ${happen}; until [ -e firewall.fired ]; do sleep 0.1; done`);
    await arm(60);
    await host.shell("rm /var/lib/groundwork/guard/ended"); // what goes off is never cut
    await setTimeout(4000);
    expect(await switches()).toMatch(/firewall\.armed.*guard\.firewall\.plist.*dev\.groundwork\.guard\.firewall/s);
    await connected.run(guard.fire("firewall"));
    expect(await switches()).toBe("");
  });

  test("a delete opens the host, twice, and pf.conf was never changed", async () => {
    for (let turn = 0; turn < 2; turn++) await host.remove(firewall, wanted());
    expect(await host.drifted(firewall, wanted())).toBe("gone");
    expect(await Promise.all(ports.map(reaches))).toEqual([true, true]);
    expect(
      await host.shell("grep groundwork /etc/pf.conf || :; ls /Library/LaunchDaemons /etc/pf.anchors"),
    ).not.toContain("groundwork");
  });
});

/** Daemons that listen, as launchd runs them. */
const listen = ports
  .map(
    (port) => `cat >/tmp/${port}.plist <<end
<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0"><dict>
<key>Label</key><string>test.listen.${port}</string>
<key>ProgramArguments</key><array><string>/usr/bin/nc</string><string>-k</string><string>-l</string><string>${port}</string></array>
<key>KeepAlive</key><true/>
</dict></plist>
end
cp /tmp/${port}.plist /Library/LaunchDaemons/test.listen.${port}.plist
launchctl bootstrap system /Library/LaunchDaemons/test.listen.${port}.plist`,
  )
  .join("\n");

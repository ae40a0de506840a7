import { setTimeout } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { guarded } from "../../../src/provider/guard.ts";
import firewall from "../../../src/provider/resources/firewall.ts";
import type { Values } from "../../../src/provider/values.ts";
import { firewallSchema } from "../../../src/schemas/firewall.ts";
import { down, up } from "../../../tools/lab/lab.ts";
import { canRunLab, startLab, type TestLab, whyNoLab } from "../../support/lab.ts";
import { type Machine, machine } from "../../support/machine.ts";

const labName = "test-firewall";
/** Nobody's: RFC 5737. */
const nowhere = "203.0.113.1";
const listen = "for port in 5432 8080; do systemd-run -q systemd-socket-activate -l 0.0.0.0:$port -a cat; done";

describe.skipIf(!canRunLab)(`Firewall on lab hosts ${whyNoLab && `(skipped: ${whyNoLab})`}`, () => {
  let host: Machine;
  let lab: TestLab;

  beforeAll(async () => {
    lab = await startLab(labName, { hosts: ["control", "inference", "storage"] });
    host = await machine(labName, "storage");
    await host.reset();
    await host.shell(`(apt-get -q update && apt-get -q -y install nftables) >/dev/null 2>&1
      nft add table inet others
      ${listen}`);
  });
  afterAll(async () => {
    await host?.close();
    await lab?.stop();
  });

  const wanted = (values: Values = {}): Values =>
    firewallSchema.inputs.parse({
      host: "storage",
      rules: { postgres: { ports: [5432], from: [lab.address("control")] } },
      ssh: { from: [lab.subnet] },
      rollBackAfterSec: 6,
      ...values,
    }) as Values;
  const lockedOut = () => wanted({ ssh: { from: [nowhere] } });

  /** Whether a TCP connection from another lab host comes about. */
  async function reaches(from: string, port: number): Promise<boolean> {
    const script = `timeout 2 bash -c '</dev/tcp/${lab.address("storage")}/${port}'`;
    return (await lab.run(from, ["sh", "-c", script])).exitCode === 0;
  }
  const switches = () => host.shell("ls /var/lib/groundwork/guard; ls /etc/systemd/system | grep guard || :");
  const sshRule = () => host.shell("nft list chain inet groundwork input | grep ssh");

  test("only a declared peer gets in, to the declared port", async () => {
    expect(await reaches("control", 5432)).toBe(true);
    expect(await reaches("inference", 5432)).toBe(true);
    expect(await host.drifted(firewall, wanted())).toBe("gone");
    await host.apply(firewall, wanted());
    expect(await host.drifted(firewall, wanted())).toEqual([]);
    expect(await reaches("control", 5432)).toBe(true);
    expect(await reaches("inference", 5432)).toBe(false);
    expect(await reaches("control", 8080)).toBe(false);
    expect((await lab.run("inference", ["ping", "-c1", "-W2", lab.address("storage")])).exitCode).not.toBe(1);
    expect(await switches()).toBe("");
  });

  test("a changed port is closed here and open there; tables of others stay", async () => {
    const moved = wanted({ rules: { postgres: { ports: [8080], from: [lab.address("control")] } } });
    await host.apply(firewall, moved);
    expect(await reaches("control", 8080)).toBe(true);
    expect(await reaches("control", 5432)).toBe(false);
    await host.apply(firewall, wanted());
    expect(await host.shell("nft list tables")).toBe("table inet others\ntable inet groundwork");
  });

  test.each(["start", "reload", "restart", "stop"])(
    "%s of nftables.service, which flushes all tables, leaves ours",
    async (verb) => {
      await host.shell(`nft add table inet others; systemctl ${verb} nftables`);
      expect(await host.shell("nft list tables")).not.toContain("others");
      expect(await host.drifted(firewall, wanted())).toEqual([]);
      expect(await reaches("inference", 5432)).toBe(false);
    },
  );

  test("an IPv6 address may be spelled in any way", async () => {
    const from = ["2001:DB8:0:0::1", "2001:db8:0:1::/64", "FE80:0:0:0:1::0"];
    await host.apply(firewall, wanted({ rules: { postgres: { ports: [5432], from } } }));
    expect(await host.shell("nft list chain inet groundwork input | grep -o 'ip6 saddr .* tcp dport 5432'")).toBe(
      "ip6 saddr 2001:db8:0:1::/64 tcp dport 5432\nip6 saddr 2001:db8::1 tcp dport 5432\nip6 saddr fe80::1:0:0:0 tcp dport 5432",
    );
    await host.apply(firewall, wanted());
  });

  test.each([
    ["a rule by hand", "nft insert rule inet groundwork input tcp dport 23 accept", ['rules["tcp dport 23 accept"]']],
    [
      "a rule taken away",
      "nft delete rule inet groundwork input handle $(nft -a list ruleset | sed -n 's/.*ct state.*handle //p')",
      ["incoming"],
    ],
    ["an open policy", "nft chain inet groundwork input '{ policy accept; }'", ["rules", "incoming"]],
    ["a flush", "nft delete table inet groundwork", ["rules.postgres", "ssh", "incoming"]],
    ["a chain by hand", "nft add chain inet groundwork more", ['rules["chain more {"]']],
    ["another file", "echo >>/etc/groundwork/firewall.nft", ["onBoot"]],
    ["no load after a flush", "rm -r /etc/systemd/system/nftables.service.d", ["onBoot"]],
    ["no start at boot", "systemctl -q disable groundwork-firewall", ["onBoot"]],
  ])("%s is drift, and goes", async (_, harm, shows) => {
    await host.shell(harm);
    const drifted = await host.drifted(firewall, wanted());
    expect(
      shows.every((path) => `${drifted}`.includes(path)),
      `${drifted}`,
    ).toBe(true);
    await host.apply(firewall, wanted());
    expect(await host.drifted(firewall, wanted())).toEqual([]);
  });

  test("fault 11: rules that lock us out are taken back, the error says so, and the next run works", async () => {
    const failure = await host.apply(firewall, lockedOut()).catch((error: Error) => error.message);
    expect(failure).toMatch(
      /^storage: rolled back: the previous state is in force again, since after the change .*`ssh`/,
    );
    expect(await sshRule()).toContain(`ip saddr ${lab.subnet} tcp dport 22`);
    expect(await host.drifted(firewall, wanted())).toEqual([]);
    expect(await switches()).toBe("");
    await host.apply(firewall, wanted());
  });

  test("a provider that dies after the change: no way in, until the host takes it back by itself", async () => {
    await half(lockedOut(), 5);
    await host.close();
    expect(
      (await lab.run("control", ["timeout", "2", "bash", "-c", `</dev/tcp/${lab.address("storage")}/22`])).exitCode,
    ).not.toBe(0);
    await setTimeout(5000);
    expect(await sshRule()).toContain(lab.subnet);
    await host.apply(firewall, wanted());
    expect(await switches()).toBe("");
  });

  test("fault 12: a boot within that time brings back what was before", async () => {
    await half(lockedOut(), 3600);
    await host.close();
    await down(labName, { keep: true });
    await up(labName);
    expect(await sshRule()).toContain(lab.subnet);
    expect(await switches()).toContain("firewall.armed");
    await host.apply(firewall, wanted());
    expect(await switches()).toBe("");
  });

  test("a switch that goes off just then is waited for, and takes nothing of the next one away", async () => {
    const connected = await host.connected();
    const { guard, packetFilter } = connected.platform;
    const arm = (seconds: number) => connected.run(guard.arm("firewall", seconds, packetFilter.undo));
    await arm(1);
    await host.shell(`cd /var/lib/groundwork/guard; sed -i '1i sleep 3' firewall.armed
      until [ -e firewall.fired ]; do sleep 0.1; done`);
    await arm(60);
    await setTimeout(4000);
    expect(await host.shell("systemctl is-active groundwork-guard-firewall.timer")).toBe("active");
    await connected.run(guard.fire("firewall"));
    expect(await switches()).toBe("");
  });

  test("rules that nft refuses change nothing and leave no switch", async () => {
    const connected = await host.connected();
    const { load, undo } = connected.platform.packetFilter;
    const change = load("table inet groundwork { nonsense }");
    await expect(guarded(connected, { name: "firewall", undo, change, seconds: 60, hint: "" })).rejects.toThrow(
      /nonsense/,
    );
    expect(await host.drifted(firewall, wanted())).toEqual([]);
    expect(await switches()).toBe("");
  });

  test("a delete opens the host, twice", async () => {
    for (let turn = 0; turn < 2; turn++) await host.remove(firewall, wanted());
    expect(await host.drifted(firewall, wanted())).toBe("gone");
    await host.shell(listen);
    expect(await reaches("inference", 5432)).toBe(true);
    expect(await host.shell("nft list tables; ls /etc/systemd/system | grep groundwork || :")).not.toContain(
      "groundwork",
    );
  });

  /** What a provider has done when it is killed between the change and the proof. */
  async function half(desired: Values, seconds: number): Promise<void> {
    const connected = await host.connected();
    const { guard, packetFilter } = connected.platform;
    const openings = [
      { name: "ssh", protocol: "tcp" as const, port: 22, from: `${(desired["ssh"] as Values)["from"]}` },
    ];
    await connected.run(guard.arm("firewall", seconds, packetFilter.undo));
    await connected.run(packetFilter.load(packetFilter.text(openings)));
  }
});

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import sysctl from "../../../src/provider/resources/sysctl.ts";
import type { Values } from "../../../src/provider/values.ts";
import { sysctlSchema } from "../../../src/schemas/sysctl.ts";
import { canRunLab, whyNoLab } from "../../support/lab.ts";
import { type Machine, machine } from "../../support/machine.ts";

const set = (key: string, value: string): Values => sysctlSchema.inputs.parse({ host: "control", key, value });
const forward = set("net.ipv4.ip_forward", "1");
const range = set("net.ipv4.ip_local_port_range", "20000 60000");

describe.skipIf(!canRunLab)(`Sysctl on a lab host ${whyNoLab && `(skipped: ${whyNoLab})`}`, () => {
  let host: Machine;

  beforeAll(async () => {
    host = await machine("test-sysctl", "control");
    await host.shell(
      "rm -f /etc/sysctl.d/60-groundwork-* /etc/sysctl.d/*-local.conf; echo 0 >/proc/sys/net/ipv4/ip_forward",
    );
  });
  afterAll(() => host?.close());

  test.each([forward, range])("sets $key now and for each boot", async (desired) => {
    expect(await host.drifted(sysctl, desired)).toBe("gone");
    await host.apply(sysctl, desired);
    expect(await host.drifted(sysctl, desired)).toEqual([]);
    const file = `/etc/sysctl.d/60-groundwork-${desired["key"]}.conf`;
    expect(await host.shell(`cat ${file}; sysctl -n ${desired["key"]} | tr '\\t' ' '`)).toBe(
      `${desired["key"]} = ${desired["value"]}\n${desired["value"]}`,
    );
    await host.shell(`sysctl --load=${file}`);
  });

  test.each([
    ["live value", "echo 0 >/proc/sys/net/ipv4/ip_forward", "0; 1 after the next boot"],
    [
      "kept value",
      "echo net.ipv4.ip_forward=0 >/etc/sysctl.d/60-groundwork-net.ipv4.ip_forward.conf",
      "1; net.ipv4.ip_forward=0 after the next boot",
    ],
  ])("shows and repairs another %s", async (_, harm, seen) => {
    await host.shell(harm);
    expect((await host.read(sysctl, forward))?.["value"]).toBe(seen);
    await host.apply(sysctl, forward);
    expect(await host.drifted(sysctl, forward)).toEqual([]);
  });

  test("a file that a boot reads later is drift until it gives way", async () => {
    const later = "/etc/sysctl.d/99-local.conf";
    await host.shell(`printf '# mine\n-net/ipv4/ip_forward=0\n' >${later}`);
    const line = `-net/ipv4/ip_forward=0, in ${later}`;
    expect((await host.read(sysctl, forward))?.["value"]).toBe(`1; ${line} after the next boot`);
    await expect(host.apply(sysctl, forward)).rejects.toThrow(
      `control: the next boot will not set net.ipv4.ip_forward to 1, because of ${line}: take that line out`,
    );
    expect(await host.drifted(sysctl, range)).toEqual([]);

    await host.shell(`echo 'net.ipv4.ip_forward =  1 ' >${later}`); // as declared
    expect(await host.drifted(sysctl, forward)).toEqual([]);
    await host.shell(`echo net.ipv4.ip_forward=0 >${later}; mv ${later} /etc/sysctl.d/10-local.conf`);
    expect(await host.drifted(sysctl, forward)).toEqual([]);
    await host.shell(`/usr/lib/systemd/systemd-sysctl; rm /etc/sysctl.d/10-local.conf`);
    expect(await host.shell("sysctl -n net.ipv4.ip_forward")).toBe("1");
  });

  test("what the kernel does not know or refuses is one error, and nothing is written down", async () => {
    await expect(host.apply(sysctl, set("net.nosuch.key", "1"))).rejects.toThrow(
      /control: .*no parameter net.nosuch.key/,
    );
    await expect(host.apply(sysctl, set("net.ipv4.ip_local_port_range", "9 x"))).rejects.toThrow(/refuses 9 x/);
    expect(await host.shell("ls /etc/sysctl.d | grep -c groundwork")).toBe("2");
  });

  test("a delete leaves the value of now, twice", async () => {
    for (let turn = 0; turn < 2; turn++) await host.remove(sysctl, forward);
    expect(await host.drifted(sysctl, forward)).toBe("gone");
    expect(await host.shell("sysctl -n net.ipv4.ip_forward")).toBe("1");
  });
});

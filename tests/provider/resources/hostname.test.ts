import { afterAll, beforeAll, describe, expect, test } from "vitest";

import hostname from "../../../src/provider/resources/hostname.ts";
import type { Values } from "../../../src/provider/values.ts";
import { hostnameSchema } from "../../../src/schemas/hostname.ts";
import { canRunLab, whyNoLab } from "../../support/lab.ts";
import { type Machine, machine } from "../../support/machine.ts";

const named = (name: string, values: Values = {}): Values =>
  hostnameSchema.inputs.parse({ host: "control", hostname: name, ...values });

describe.skipIf(!canRunLab)(`Hostname on a lab host ${whyNoLab && `(skipped: ${whyNoLab})`}`, () => {
  let host: Machine;

  beforeAll(async () => {
    host = await machine("test-hostname", "control");
  });
  afterAll(async () => {
    await host?.apply(hostname, named("control", { resolves: true }));
    await host?.close();
  });

  test("is set now, for each boot, and resolves", async () => {
    const desired = named("mac-mini-1.office.example", { resolves: true });
    expect(await host.drifted(hostname, desired)).toEqual(["hostname", "resolves"]);
    await host.apply(hostname, desired);
    expect(await host.drifted(hostname, desired)).toEqual([]);
    expect(
      await host.shell(
        "uname -n; cat /etc/hostname; grep 127.0.1.1 /etc/hosts; getent hosts mac-mini-1 | cut -d' ' -f1; grep -c localhost /etc/hosts",
      ),
    ).toBe(
      "mac-mini-1.office.example\nmac-mini-1.office.example\n127.0.1.1 mac-mini-1.office.example mac-mini-1\n127.0.1.1\n1",
    );
  });

  test.each([
    ["now", "hostname other", "other; mac-mini-1 after the next boot"],
    ["after the next boot", "echo other >/etc/hostname", "mac-mini-1; other after the next boot"],
  ])("shows and repairs another name %s", async (_, harm, seen) => {
    await host.apply(hostname, named("mac-mini-1"));
    await host.shell(harm);
    expect((await host.read(hostname, named("mac-mini-1")))?.["hostname"]).toBe(seen);
    await host.apply(hostname, named("mac-mini-1"));
    expect(await host.drifted(hostname, named("mac-mini-1"))).toEqual([]);
  });

  test("a delete leaves it; its ID says what it is", async () => {
    await host.remove(hostname, named("mac-mini-1"));
    expect(await host.shell("uname -n")).toBe("mac-mini-1");
    expect(hostname.id(named("mac-mini-1"))).toBe("control/hostname/hostname");
    expect(() => hostname.identify("other")).toThrow(/not in other/);
  });
});

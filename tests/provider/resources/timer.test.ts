import { afterAll, beforeAll, describe, expect, test } from "vitest";

import daemon from "../../../src/provider/resources/daemon.ts";
import timer from "../../../src/provider/resources/timer.ts";
import type { Values } from "../../../src/provider/values.ts";
import { daemonSchema } from "../../../src/schemas/daemon.ts";
import { timerSchema } from "../../../src/schemas/timer.ts";
import { canRunLab, whyNoLab } from "../../support/lab.ts";
import { type Machine, machine } from "../../support/machine.ts";

const named = (values: Values = {}): Values =>
  timerSchema.inputs.parse({
    host: "control",
    name: "tick",
    program: "/bin/sh",
    arguments: ["-c", "echo $$ >>/run/tick.log"],
    schedule: { hour: 3, minute: 30, weekday: 0 },
    ...values,
  });

describe.skipIf(!canRunLab)(`Timer on a lab host ${whyNoLab && `(skipped: ${whyNoLab})`}`, () => {
  let host: Machine;

  beforeAll(async () => {
    host = await machine("test-timer", "control");
    await host.shell(`systemctl disable --now tick.timer 2>/dev/null || :
      rm -rf /etc/systemd/system/tick.* /run/tick.log /var/lib/groundwork/jobs; systemctl daemon-reload`);
  });
  afterAll(() => host?.close());

  test("starts the program at a time of the calendar", async () => {
    expect(await host.drifted(timer, named())).toBe("gone");
    await host.apply(timer, named());
    expect(await host.drifted(timer, named())).toEqual([]);
    expect(await host.shell("systemctl is-active tick.timer; systemctl is-enabled tick.timer")).toBe("active\nenabled");
    expect(await host.shell("systemctl show -p TimersCalendar --value tick.timer")).toContain("Sun *-*-* 03:30:00");
  });

  test("starts it again and again after seconds", async () => {
    const often = named({ schedule: { everySec: 1 } });
    expect(await host.drifted(timer, often)).toEqual([
      "schedule.minute",
      "schedule.hour",
      "schedule.weekday",
      "schedule.everySec",
    ]);
    await host.apply(timer, often);
    expect(await host.drifted(timer, often)).toEqual([]);
    await host.shell("until [ $(wc -l </run/tick.log) -ge 2 ]; do sleep 0.2; done");
  });

  test("shows and repairs a timer that was stopped or edited", async () => {
    await host.apply(timer, named());
    await host.shell("systemctl stop tick.timer");
    expect(await host.drifted(timer, named())).toEqual(["running"]);
    await host.shell("sed -i s/03:30/04:30/ /etc/systemd/system/tick.timer; systemctl daemon-reload");
    expect((await host.read(timer, named()))?.["edits"]).toEqual([
      "tick.timer: without OnCalendar=Sun *-*-* 03:30:00",
      "tick.timer: with OnCalendar=Sun *-*-* 04:30:00",
    ]);
    await host.apply(timer, named());
    expect(await host.drifted(timer, named())).toEqual([]);
  });

  test("an account that the program leaves out is root again", async () => {
    const account = () => host.shell("systemctl show -P User tick.service");
    await host.apply(timer, named({ user: "nobody" }));
    expect(await account()).toBe("nobody");
    expect(await host.drifted(timer, named())).toEqual(["user"]);
    await host.apply(timer, named());
    expect(await account()).toBe("");
  });

  test("a name is that of a daemon or of a timer", async () => {
    const rival = daemonSchema.inputs.parse({ host: "control", name: "tick", program: "/bin/true" });
    await expect(host.apply(daemon, rival)).rejects.toThrow("control: tick is already the name of a timer there");
  });

  test("a delete removes both files, twice", async () => {
    for (let turn = 0; turn < 2; turn++) await host.remove(timer, named());
    expect(await host.drifted(timer, named())).toBe("gone");
    expect(await host.shell("ls /etc/systemd/system | grep tick || :")).toBe("");
  });
});

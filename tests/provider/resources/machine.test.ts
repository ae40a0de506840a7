// The facts of a machine, against what its own tools say.
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { canRunLab, whyNoLab } from "../../support/lab.ts";
import { type Machine, machine } from "../../support/machine.ts";

describe.skipIf(!canRunLab)(`what a lab host is ${whyNoLab && `(skipped: ${whyNoLab})`}`, () => {
  let host: Machine;

  beforeAll(async () => {
    host = await machine("test-machine", "control");
  });
  afterAll(() => host?.close());

  test("version, processor, memory, package manager and free space; a path need not exist", async () => {
    const live = await host.connected();
    const [root, later] = await Promise.all(
      ["/", "/srv/not/there yet"].map((path) => live.read(live.platform.machine, path)),
    );
    const kibibytes = await host.shell("sed -n 's/^MemTotal: *//p' /proc/meminfo");
    expect(root).toMatchObject({
      systemVersion: "13",
      architecture: await host.shell("uname -m"),
      memoryBytes: Number.parseInt(kibibytes, 10) * 1024,
      packageManager: { prefix: "/usr", owner: "root" },
      fileVault: undefined,
      commandLineTools: undefined,
    });
    const free = Number(await host.shell("df --output=avail -B1 / | tail -n 1"));
    expect(Math.abs((root?.freeBytes ?? 0) - free)).toBeLessThan(free / 100);
    expect(later).toEqual({ ...root, freeBytes: later?.freeBytes });
  });
});

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import directory from "../../../src/provider/resources/directory.ts";
import file from "../../../src/provider/resources/file.ts";
import { directorySchema } from "../../../src/schemas/directory.ts";
import { fileSchema } from "../../../src/schemas/file.ts";
import { canRunLab, whyNoLab } from "../../support/lab.ts";
import { type Machine, machine } from "../../support/machine.ts";

describe.skipIf(!canRunLab)(`File on a Mac-like lab host ${whyNoLab && `(skipped: ${whyNoLab})`}`, () => {
  let host: Machine;
  beforeAll(async () => {
    host = await machine("test-user-mac", "mac", "mac");
    await host.shell("rm -f /opt/file");
  });
  afterAll(() => host?.close());

  test.each([0, 1, 3_000_000])("of %d bytes", async (size) => {
    const desired = fileSchema.inputs.parse({ host: "mac", path: "/opt/file", content: "x".repeat(size) });
    await host.apply(file, desired);
    expect(await host.drifted(file, desired)).toEqual([]);
    expect(await host.shell("wc -c </opt/file | tr -d ' '; tr -d x </opt/file | wc -c | tr -d ' '")).toBe(`${size}\n0`);
  });

  test("a Directory is where a link leads, through folders of root alone", async () => {
    const desired = directorySchema.inputs.parse({ host: "mac", path: "/opt/led/link", mode: "0750", owner: "_www" });
    await host.shell("rm -rf /opt/led; mkdir -p /opt/led/disk/data; ln -s ../led/disk/data /opt/led/link");
    expect(await host.drifted(directory, desired)).toEqual(["mode", "owner"]);
    await host.apply(directory, desired);
    expect(await host.drifted(directory, desired)).toEqual([]);
    expect(await host.shell("cd /opt/led; readlink link; stat -f '%Lp %Su' disk/data")).toBe(
      "../led/disk/data\n750 _www",
    );
    await host.shell("chown _www /opt/led/disk");
    await expect(host.apply(directory, desired)).rejects.toThrow("others than root may change /opt/led/disk, ");
  });
});

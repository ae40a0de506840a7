import { afterAll, beforeAll, describe, expect, test } from "vitest";

import file from "../../../src/provider/resources/file.ts";
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
});

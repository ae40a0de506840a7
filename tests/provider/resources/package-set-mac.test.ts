import { afterAll, beforeAll, describe, expect, test } from "vitest";

import packageSet from "../../../src/provider/resources/package-set.ts";
import type { Values } from "../../../src/provider/values.ts";
import { packageSetSchema } from "../../../src/schemas/package-set.ts";
import { canRunLab, whyNoLab } from "../../support/lab.ts";
import { type Machine, machine } from "../../support/machine.ts";

const hello = (version: string): Values =>
  packageSetSchema.inputs.parse({ host: "mac", name: "set", packages: { hello: version } }) as Values;

describe.skipIf(!canRunLab)(`PackageSet on a Mac-like lab host ${whyNoLab && `(skipped: ${whyNoLab})`}`, () => {
  let host: Machine;
  beforeAll(async () => {
    host = await machine("test-user-mac", "mac", "mac");
  });
  afterAll(() => host?.close());

  test("an older formula is upgraded to the exact version that Homebrew offers, and to no other", async () => {
    await host.apply(packageSet, hello("2.10"));
    await host.shell("mv /opt/homebrew/Cellar/hello/2.10 /opt/homebrew/Cellar/hello/2.9");
    expect(await host.drifted(packageSet, hello("2.10"))).toEqual(["packages.hello"]);
    await expect(host.apply(packageSet, hello("2.11"))).rejects.toThrow(
      /^mac: Homebrew offers hello 2.10, not 2.11: .* Declare that one, '\*', or/,
    );
    await host.apply(packageSet, hello("2.10"));
    expect(await host.drifted(packageSet, hello("2.10"))).toEqual([]);
    await host.remove(packageSet, hello("2.10"));
  });
});

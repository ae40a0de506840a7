import { expect, test } from "vitest";

import type { Host } from "../../src/provider/host.ts";
import packageSet from "../../src/provider/resources/package-set.ts";
import { pathText } from "../../src/provider/values.ts";

const host = {} as Host;
const overwrites = async (wanted: string, found: string) => {
  const set = (version: string) => ({ host: "one", name: "tools", packages: { curl: version } });
  return (await packageSet.overwrites(host, set(wanted), set(found))).map(({ path }) => pathText(path));
};

test("a package that another set of this run is about to configure is nobody's loss, another version is", async () => {
  expect(await overwrites("*", "8.14.1-2 (unpacked, not configured)")).toEqual([]);
  expect(await overwrites("8.14.1-2", "8.13.0-1")).toEqual(["packages.curl"]);
});

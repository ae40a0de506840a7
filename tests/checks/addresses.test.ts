import { expect, test } from "vitest";

import { addresses } from "../../src/checks/addresses.ts";
import { broken, modelOf } from "./model.ts";

test("hosts with addresses of their own in the network pass", () => {
  expect(broken(addresses, modelOf())).toEqual([]);
});

test("an address outside the network, and one used twice, are shown", () => {
  const host = { platform: "debian" as const, address: "10.0.0.1", memoryMiB: 0, reservedMiB: 0 };
  expect(broken(addresses, { ...modelOf(), hosts: { control: host, storage: host } })).toEqual([
    expect.stringContaining("host control has the address 10.0.0.1, outside the network 198.18.0.0/24"),
    expect.stringContaining("host storage has the address 10.0.0.1, outside the network 198.18.0.0/24"),
    expect.stringContaining("hosts control and storage share the address 10.0.0.1"),
  ]);
});

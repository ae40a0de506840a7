import { expect, test } from "vitest";

import { byFirstAddress, overlap } from "../../src/schemas/ipv4.ts";

test.each([
  ["198.18.0.0/24", "198.18.0.255", true],
  ["198.18.0.0/24", "198.18.1.0", false],
  ["198.18.0.0/15", "198.19.255.255", true],
  ["0.0.0.0/0", "255.255.255.255", true],
  ["10.1.2.3/32", "10.1.2.3", true],
  ["10.1.2.3/32", "10.1.2.4", false],
  ["198.18.4.0/24", "198.18.0.0/21", true],
  ["198.18.4.0/24", "0.0.0.0/1", false],
])("%s and %s share an address: %s", (one, other, expected) => {
  expect([overlap(one, other), overlap(other, one)]).toEqual([expected, expected]);
});

test.each([
  ["192.168.1.1/24", "192.168.1.0/24"],
  ["255.255.255.255/1", "128.0.0.0/1"],
  ["10.77.200.9/14", "10.76.0.0/14"],
  ["192.168.1.1", "192.168.1.1"],
])("%s by its first address is %s", (network, first) => {
  expect(byFirstAddress(network)).toBe(first);
});

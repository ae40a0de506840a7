import { describe, expect, test } from "vitest";

import { check, describe as told } from "../../src/provider/check.ts";
import { daemonSchema } from "../../src/schemas/daemon.ts";
import { firewallSchema } from "../../src/schemas/firewall.ts";
import { hostnameSchema } from "../../src/schemas/hostname.ts";
import { packageSetSchema } from "../../src/schemas/package-set.ts";
import { serviceSchema } from "../../src/schemas/service.ts";
import { sysctlSchema } from "../../src/schemas/sysctl.ts";
import { timerSchema } from "../../src/schemas/timer.ts";
import { userSchema } from "../../src/schemas/user.ts";

const job = { host: "control", name: "api", program: "/usr/bin/node" };
const faults = (schema: Parameters<typeof check>[0], values: Record<string, unknown>): string[] =>
  check(schema, { host: "control", ...values }).failures.map(told);

describe("wrong input is refused at its property", () => {
  test.each([
    ["a relative program", daemonSchema, { ...job, program: "node" }, /^program: give an absolute path/],
    ["a description of two lines", daemonSchema, { ...job, description: "a\nUser=root" }, /^description: /],
    ["a user that ends the line", daemonSchema, { ...job, user: "x\nUser=root" }, /^user: /],
    [
      "an environment name that is none",
      daemonSchema,
      { ...job, environment: { "A B": "" } },
      /^environment\["A B"\]: /,
    ],
    ["a declared edit", daemonSchema, { ...job, edits: ["x"] }, /^edits: only the machine fills this in/],
    ["a port that is none", daemonSchema, { ...job, listens: [{ port: 70000 }] }, /^listens\[0\]\.port: /],
    ["a template without instance", serviceSchema, { unit: "getty@.service" }, /^unit: give a unit/],
    ["a path as unit", serviceSchema, { unit: "../x" }, /^unit: give a unit/],
    ["no time at all", timerSchema, { ...job, schedule: {} }, /^schedule: give either/],
    ["two kinds of time", timerSchema, { ...job, schedule: { everySec: 5, minute: 1 } }, /^schedule: give either/],
    ["an hour of every minute", timerSchema, { ...job, schedule: { hour: 3 } }, /^schedule: give `minute` too/],
    [
      "a day that systems judge differently",
      timerSchema,
      { ...job, schedule: { day: 13, weekday: 5, hour: 0, minute: 0 } },
      /^schedule: give `day` or `weekday`, not both/,
    ],
    ...["192.168.1.1/24", "192.168.1.1/32", "0.0.0.0/0", "2001:db8::1/64", "2001:db8::1/128", "::/0"].map(
      (network) =>
        [
          `the network ${network}`,
          firewallSchema,
          { rules: {}, ssh: { from: [network] } },
          /^ssh\.from.*: give a network by its first address/,
        ] as const,
    ),
    ...["::ffff:192.168.1.1", "::c0a8:101"].map(
      (address) =>
        [
          `IPv4 as ${address}`,
          firewallSchema,
          { rules: {}, ssh: { from: [address] } },
          /^ssh\.from.*: no packet has an IPv4 address within IPv6/,
        ] as const,
    ),
    ["no packages", packageSetSchema, { name: "x", packages: {} }, /^packages: name at least one/],
    ["an option as package", packageSetSchema, { name: "x", packages: { "--purge": "*" } }, /^packages\["--purge"\]: /],
    [
      "a range of versions",
      packageSetSchema,
      { name: "x", packages: { nginx: ">=1" } },
      /^packages\.nginx: give `\*` or/,
    ],
    ["a key that leaves /proc/sys", sysctlSchema, { key: "../x", value: "1" }, /^key: give a key as sysctl/],
    ["two spaces", sysctlSchema, { key: "a.b", value: "1  2" }, /^value: separate/],
    ["a host name with a blank", hostnameSchema, { hostname: "a b" }, /^hostname: /],
    ["a comment that ends its field", userSchema, { name: "x", comment: "a:b" }, /^comment: /],
    [
      "two keys in one",
      userSchema,
      { name: "x", authorizedKeys: ["a b\nc d"] },
      /^authorizedKeys\[0\]: give one public key/,
    ],
  ] as const)("%s", (_, schema, values, message) => {
    expect(faults(schema.inputs, values)).toEqual([expect.stringMatching(message)]);
  });
});

test("groups are a set, spelled sorted", () => {
  expect(userSchema.inputs.parse({ host: "control", name: "x", groups: ["b", "a", "b"] }).groups).toEqual(["a", "b"]);
});

test("addresses are spelled as packet filters print them", () => {
  const from = ["2001:DB8:0:0::1", "2001:db8::1", "2001:db8:0:0::/32", "0:0::1", "192.168.1.0/24"];
  expect(firewallSchema.inputs.parse({ host: "control", rules: {}, ssh: { from } }).ssh.from).toEqual([
    "192.168.1.0/24",
    "2001:db8::/32",
    "2001:db8::1",
    "::1",
  ]);
});

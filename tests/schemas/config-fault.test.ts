import { expect, test } from "vitest";

import { configFaults, configKey } from "../../src/schemas/config-fault.ts";
import { macminisConfig } from "../../src/schemas/macminis/index.ts";
import { changed, given, labValues } from "./config.ts";

const faults = (values: Record<string, unknown>, secretKeys?: string[]) =>
  configFaults(macminisConfig, given(values, secretKeys)).map(({ key, said, mend }) => `${key} ${said} | ${mend}`);
const faultsWith = (path: string, value: unknown, secretKeys?: string[]) =>
  faults(changed(labValues(), path, value), secretKeys);

test("the committed configuration of the lab has none", () => {
  expect(faults(labValues())).toEqual([]);
});

test("every fault is told at once: place, value, what is allowed, the command that mends it", () => {
  let values = changed(labValues(), "services.postgres.port", 70000);
  values = changed(values, "services.api.host", undefined);
  values = changed(values, "hosts.control.platform", "nixos");
  values = changed(values, "hosts.control.connection.port", "22");
  values = changed(values, "network", undefined);
  values = changed(values, "colour", "red");
  const set = "pulumi config set --stack lab --path";
  expect(faults(values)).toEqual([
    `groundwork:hosts.control.platform is "nixos"; must be one of debian, darwin | ${set} 'groundwork:hosts.control.platform' debian`,
    `groundwork:hosts.control.connection.port is "22"; must be a whole number from 1 to 65535 | ${set} 'groundwork:hosts.control.connection.port' VALUE`,
    `groundwork:network.cidr is missing: network of the hosts; servers accept no client from elsewhere; must be an IPv4 network, such as 192.168.1.0/24 | ${set} 'groundwork:network.cidr' 192.168.1.0/24`,
    `groundwork:services.postgres.port is 70000; must be a whole number from 1 to 65535 | ${set} 'groundwork:services.postgres.port' 5432`,
    `groundwork:services.api.host is missing: host that runs it, one of groundwork:hosts; must be of type string | ${set} 'groundwork:services.api.host' control`,
    "groundwork:colour is not known; there are: program, hosts, network, waivers, offline, services, features, import, reservations, rotation, secrets | pulumi config rm --stack lab --path 'groundwork:colour'",
  ]);
});

test("an import names its tables (MM-12)", () => {
  expect(faults(changed(labValues(), "import", { tables: {} }))).toEqual([
    expect.stringMatching(/^groundwork:import\.tables .*name the tables to load/),
  ]);
});

test("an empty configuration is told all that it lacks", () => {
  expect(faults({}).map((fault) => fault.split(" ", 3).join(" "))).toEqual([
    "groundwork:program is missing:",
    "groundwork:hosts is missing:",
    "groundwork:network.cidr is missing:",
    ...["postgres", "redis", "api", "nginx", "ollama", "prometheus"].map(
      (name) => `groundwork:services.${name}.host is missing:`,
    ),
  ]);
});

test.each([
  ["network.cidr", "192.168.1.1/24", "must be given by its first address, 192.168.1.0/24"],
  ["network.cidr", "192.168.1.1/32", "must be an IPv4 network, such as 192.168.1.0/24"],
  ["network.cidr", "0.0.0.0/0", "must be an IPv4 network, such as 192.168.1.0/24"],
  ["network.cidr", "192.168.1", "must be an IPv4 network, such as 192.168.1.0/24"],
  ["network.operators", ["10.8.0.4/16"], "must be given by its first address, 10.8.0.0/16"],
  ["network.operators", ["10.8.0"], "must be an IPv4 address or network, such as 10.8.0.4 or 10.8.0.0/24"],
])("%s as %j: %s", (path, value, wanted) => {
  const told = faultsWith(path, value);
  expect(told).toEqual([expect.stringContaining(`; ${wanted} | `)]);
});

test.each(["x; autoindex on", "a.example.org b.example.org", "Wiki.example.org", ""])(
  "%j is no name of the site: it would be a text of nginx.conf",
  (name) => {
    expect(faultsWith("services.nginx.serverName", name)).toEqual([
      expect.stringContaining("; give a host name in small letters, such as storage | "),
    ]);
  },
);

test.each(["_", "wiki.example.org", "mac-mini-1.local", "192.168.1.11"])("%s is a name of the site", (name) => {
  expect(faultsWith("services.nginx.serverName", name)).toEqual([]);
});

test("an operator is one address, or a network", () => {
  expect(faultsWith("network.operators", ["10.8.0.4", "10.9.0.0/24"])).toEqual([]);
});

test("an example is told wherever the schema has it", () => {
  expect(faultsWith("hosts.control.chip", "Intel")).toEqual([
    `groundwork:hosts.control.chip is "Intel"; must be a chip as Apple calls it, such as M4 Pro | pulumi config set --stack lab --path 'groundwork:hosts.control.chip' 'M4 Pro'`,
  ]);
});

test("a misspelt key is told the one it resembles", () => {
  expect(faultsWith("services.postgres.prot", 5432)).toEqual([
    "groundwork:services.postgres.prot is not known; did you mean port? | pulumi config rm --stack lab --path 'groundwork:services.postgres.prot'",
  ]);
});

test("the name of a host that cannot be one is told as such", () => {
  expect(faultsWith("hosts.Über", labValues()["hosts"])[0]).toMatch(
    /^groundwork:hosts\["Über"\] cannot be a name: give the name of a host .* config rm --stack lab --path 'groundwork:hosts\["Über"\]'$/,
  );
});

test("waivers need an id, a reason and a date", () => {
  expect(
    faultsWith("waivers", [{ id: "x", reason: "so", expires: "soon" }]).map((fault) => fault.split(";")[0]),
  ).toEqual([
    'groundwork:waivers[0].id is "x"',
    'groundwork:waivers[0].reason is "so"',
    'groundwork:waivers[0].expires is "soon"',
  ]);
});

test("a value below an encrypted key is never shown", () => {
  const [fault, ...others] = faultsWith("secrets.redis", "hunter2", ["secrets"]);
  expect(others).toEqual([]);
  expect(fault).toBe(
    "groundwork:secrets.redis is [secret]; must have 12 characters or more | pulumi config set --stack lab --secret --path 'groundwork:secrets.redis'",
  );
});

test("a secret in plain text is a fault, and not shown either", () => {
  const [, ...plain] = faultsWith("secrets.redis", "hunter2");
  expect(plain).toEqual([
    "groundwork:secrets.redis is in plain text | pulumi config set --stack lab --secret --path 'groundwork:secrets.redis'",
  ]);
  expect(faultsWith("hosts.control.connection.sudo", { password: "hunter2" }).join()).not.toContain("hunter2");
  expect(faultsWith("hosts.control.connection.sudo", { password: "hunter2" })).toEqual([
    "groundwork:hosts.control.connection.sudo.password is in plain text | pulumi config set --stack lab --secret --path 'groundwork:hosts.control.connection.sudo.password'",
  ]);
});

test("a key is spelt as pulumi config takes it", () => {
  expect(configKey(["services", "api", "port"])).toBe("groundwork:services.api.port");
  expect(configKey(["waivers", 0, "a.b"])).toBe('groundwork:waivers[0]["a.b"]');
});

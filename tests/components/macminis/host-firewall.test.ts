import { expect, test } from "vitest";

import type { Model } from "../../../src/checks/model.ts";
import { firewallRules, HostFirewall } from "../../../src/components/macminis/host-firewall.ts";
import { macminisModel } from "../../../src/components/macminis/model.ts";
import { macminisConfig } from "../../../src/schemas/macminis/index.ts";
import { changed, labValues } from "../../schemas/config.ts";
import { record } from "../record.ts";

const [control, inference, storage] = ["198.18.0.11", "198.18.0.12", "198.18.0.13"];
const network = "198.18.0.0/24";

const modelWith = (path = "program", value: unknown = "macminis") =>
  macminisModel(macminisConfig.parse(changed(labValues(), path, value)));
const rules = (model: Model, host: string) => firewallRules(model, host);

test("a host is open for the hosts that use its services, and for users where they come", () => {
  expect(rules(modelWith(), "storage")).toMatchObject({ postgres: { ports: [5432], from: [control] } });
  expect(rules(modelWith(), "inference")).toMatchObject({
    ollama: { ports: [11434], from: [control, storage] }, // storage asks whether it answers
    "node-exporter-inference": { ports: [9100], from: [storage] },
  });
  expect(rules(modelWith(), "control")).toMatchObject({ nginx: { from: [network] } });
});

test("what only its own host uses, or nobody, is not open", () => {
  const open = Object.keys({ ...rules(modelWith(), "control"), ...rules(modelWith(), "storage") });
  for (const name of ["redis", "api", "ddc", "sshd", "node-exporter-storage"]) expect(open).not.toContain(name);
});

test("a port, a place or a new user changes the rules by itself", () => {
  expect(rules(modelWith("services.postgres.port", 5433), "storage")["postgres"]?.ports).toEqual([5433]);
  const moved = modelWith("services.postgres.host", "inference");
  expect(rules(moved, "storage")["postgres"]).toBeUndefined();
  expect(rules(moved, "inference")["postgres"]?.from).toEqual([control]);
  const { services, ...rest } = modelWith();
  const used = {
    ...rest,
    services: services.map((one) => (one.name === "ollama" ? { ...one, uses: ["postgres"] } : one)),
  };
  expect(rules(used, "storage")["postgres"]?.from).toEqual([control, inference]);
});

test("a Mac needs no packages, and its firewall by program is off", async () => {
  const { hosts, ...rest } = modelWith();
  const model = { ...rest, hosts: { ...hosts, storage: { ...hosts["storage"]!, platform: "darwin" as const } } };
  const { registered } = await record(() => new HostFirewall("firewall", { host: "storage", model }));
  expect(registered.map(({ type }) => type)).toEqual(["groundwork:macminis:HostFirewall", "groundwork:posix:Firewall"]);
  expect(registered[1]?.inputs).toMatchObject({ applicationFirewall: "off", ssh: { port: 22, from: [network] } });
});

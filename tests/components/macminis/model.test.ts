import { expect, test } from "vitest";

import { judge } from "../../../src/checks/judge.ts";
import { macminisChecks } from "../../../src/checks/macminis/index.ts";
import { clientsOf, endpointOf, macminisModel } from "../../../src/components/macminis/model.ts";
import { macminisConfig } from "../../../src/schemas/macminis/index.ts";
import { changed, labValues } from "../../schemas/config.ts";

const modelWith = (path = "program", value: unknown = "macminis") =>
  macminisModel(macminisConfig.parse(changed(labValues(), path, value)));

const verdict = (path?: string, value?: unknown) => judge(macminisChecks, modelWith(path, value), [], "2027-01-01");

test("the lab passes every check, without any false alarm", () => {
  const notes = [
    expect.stringMatching(/^MM-02 loaded on demand only: .*stand-in-for-qwen2.5/),
    expect.stringMatching(/^MM-28 nobody hears when storage is gone/), // nor could anybody outside of the lab
  ];
  expect(verdict()).toEqual({ errors: [], warnings: [], notes });
});

test("a reserved port is not free", () => {
  expect(verdict("services.prometheus.port", 9090).errors).toEqual([
    expect.stringContaining("MM-01 port 9090/tcp on storage is claimed by ddc and prometheus"),
  ]);
});

test("a port that is reserved for a service goes once that service is declared", () => {
  const ddc = { host: "storage", enabled: true, artefact: { source: "ddc.tar.gz", sha256: "0".repeat(64) } };
  const reservation =
    /^MM-01 reservations\.ddc keeps a port for ddc, .*: pulumi config rm --path 'groundwork:reservations\.ddc'$/;
  for (const port of [9090, 9092]) {
    expect(verdict("services.ddc", { ...ddc, port }).errors).toEqual([expect.stringMatching(reservation)]);
  }
  const postgres = { host: "control", port: 7777 };
  expect(verdict("reservations.postgres", postgres).errors).toEqual([
    expect.stringMatching(/^MM-01 reservations\.postgres keeps a port for postgres/),
  ]);
  expect(endpointOf(modelWith("reservations.postgres", postgres), "postgres")).toMatchObject({ port: 5432 });
});

test.each([
  ["services.nginx.tls", { mode: "internal-ca" }, 80, "services.nginx.port' 443"],
  ["services.loki", { host: "control", grpcPort: 6379 }, 6379, "services.loki.grpcPort' 6380"],
  ["reservations.other", { host: "control", port: 22 }, 22, "reservations.other.port' 23"],
  ["services.api.port", 80, 80, "services.api.port' 81"],
])("who moves where %s is %j", (path, value, port, advice) => {
  expect(verdict(path, value).errors).toEqual([
    expect.stringMatching(
      new RegExp(`^MM-01 port ${port}/tcp on control .*'groundwork:${advice.replaceAll(".", "\\.")}$`),
    ),
  ]);
});

test("sshd has a port, and every host an exporter", () => {
  const { errors } = verdict("services.nodeExporter.port", 22);
  expect(errors.map((said) => said.slice(0, 70))).toEqual(
    ["control", "inference", "storage"].map((host) =>
      `MM-01 port 22/tcp on ${host} is claimed by sshd and node-exporter-${host}`.slice(0, 70),
    ),
  );
});

test("a service that moves away from what it reaches by loopback is told", () => {
  expect(verdict("services.api.host", "inference").errors).toEqual([
    expect.stringMatching(/^GW-03 api on inference uses redis, which only control itself reaches/),
    expect.stringMatching(/^GW-03 nginx on control uses api, which only inference itself reaches/),
  ]);
});

test("logs that nobody keeps are shipped to nobody, which is no fault", () => {
  const artefact = { source: "alloy.tar.gz", sha256: "0".repeat(64) };
  expect(verdict("services.alloy", { artefact }).errors).toEqual([]);
});

test("users of what listens on the loopback address come from there", () => {
  expect(clientsOf(modelWith(), "postgres")).toMatchObject({ "postgres-exporter": "198.18.0.13" });
  const model = modelWith("services.postgres.listens", "loopback");
  expect(clientsOf(model, "postgres")).toMatchObject({ "postgres-exporter": "127.0.0.1" });
});

test("endpoints follow from host and reach", () => {
  expect(endpointOf(modelWith(), "postgres")).toEqual({
    host: "storage",
    platform: "debian",
    address: "198.18.0.13",
    port: 5432,
  });
  expect(endpointOf(modelWith(), "redis")).toEqual({
    host: "control",
    platform: "debian",
    address: "127.0.0.1",
    port: 6379,
  });
  expect(() => endpointOf(modelWith(), "wiki")).toThrow("no service wiki");
});

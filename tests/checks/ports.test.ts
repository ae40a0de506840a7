import { expect, test } from "vitest";

import { ports } from "../../src/checks/ports.ts";
import { broken, modelOf, service } from "./model.ts";

test("a port may be used on two hosts", () => {
  expect(
    broken(ports, modelOf(service("grafana", { port: 3000 }), service("api", { host: "control", port: 3000 }))),
  ).toEqual([]);
});

test("a port used twice on a host names all who claim it, and a free one", () => {
  const model = modelOf(
    service("ddc", { port: 9090 }),
    service("prometheus", { port: 9090 }),
    service("kes", { port: 9091 }),
  );
  expect(broken(ports, model)).toEqual([
    "port 9090/tcp on storage is claimed by ddc and prometheus; give one of them another: pulumi config set --path 'groundwork:services.prometheus.port' 9092",
  ]);
});

test("the advice stays within the ports there are", () => {
  const model = modelOf(service("one", { port: 65535 }), service("other", { port: 65535 }));
  expect(broken(ports, model)).toEqual([expect.stringMatching(/port' 1024$/)]);
});

test("what is told to move has its whole key, and is never Pulumi's way in", () => {
  const sshd = service("sshd", { port: 22, key: "hosts.storage.connection" });
  const grpc = service("loki-grpc", { port: 22, key: "services.loki", portKey: "services.loki.grpcPort" });
  expect(broken(ports, modelOf(sshd, grpc))).toEqual([expect.stringMatching(/services\.loki\.grpcPort' 23$/)]);
});

test("who is not at its usual port goes there", () => {
  const site = service("nginx", { port: 80, usualPort: 443 });
  const http = service("nginx-http", { port: 80, usualPort: 80, portKey: "services.nginx.httpPort" });
  const grafana = service("grafana", { port: 443 });
  expect(broken(ports, modelOf(site, http))).toEqual([expect.stringMatching(/nginx\.port' 443$/)]);
  expect(broken(ports, modelOf(site, http, grafana))).toEqual([expect.stringMatching(/nginx\.port' 444$/)]);
});

test("a port that several hosts have by one key is free on all of them", () => {
  const exporter = (host: string) => service(`node-exporter-${host}`, { host, port: 22, key: "services.nodeExporter" });
  const sshd = service("sshd", { port: 22 });
  const other = service("api", { host: "control", port: 23 });
  expect(broken(ports, modelOf(sshd, other, exporter("storage"), exporter("control")))).toEqual([
    expect.stringMatching(/nodeExporter\.port' 24$/),
  ]);
});

test("a port is reserved for no service that is declared", () => {
  const model = modelOf(
    service("ddc", { port: 9090, reserved: true, key: "reservations.ddc" }),
    service("ddc", { port: 9090 }),
  );
  expect(broken(ports, model)).toEqual([
    "reservations.ddc keeps a port for ddc, which services.ddc declares with its own; remove the reservation: pulumi config rm --path 'groundwork:reservations.ddc'",
  ]);
});

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

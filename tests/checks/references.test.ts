import { expect, test } from "vitest";

import { references } from "../../src/checks/references.ts";
import { broken, modelOf, service } from "./model.ts";

test("hosts and services that exist may be named", () => {
  expect(broken(references, modelOf(service("postgres"), service("api", { uses: ["postgres"] })))).toEqual([]);
});

test("a service may be named that listens in one place, and runs", () => {
  const sshd = ["control", "storage"].map((host) => service("sshd", { host, port: 22 }));
  const model = modelOf(
    ...sshd,
    service("postgres"),
    service("wiki", { reserved: true }),
    service("job", { port: 0, uses: ["wiki"] }),
  );
  expect(broken(references, model)).toEqual(['job uses "wiki", which is not a service; the services are postgres']);
});

test("a host and a service that do not exist are shown with those that do", () => {
  expect(broken(references, modelOf(service("api", { host: "contrl", uses: ["redis"] })))).toEqual([
    `api should run on host "contrl", which does not exist; the hosts are control, storage: pulumi config set --path 'groundwork:services.api.host' control`,
    'api uses "redis", which is not a service; the services are api',
  ]);
});

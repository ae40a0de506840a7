import { expect, test } from "vitest";

import { reach } from "../../src/checks/reach.ts";
import { broken, modelOf, service } from "./model.ts";

const redis = service("redis", { host: "control", listens: "loopback" });

test("loopback is enough for users on the same host", () => {
  expect(broken(reach, modelOf(redis, service("api", { host: "control", uses: ["redis"] })))).toEqual([]);
});

test("loopback is not enough for users on another host", () => {
  expect(broken(reach, modelOf(redis, service("api", { uses: ["redis"] })))).toEqual([
    "api on storage uses redis, which only control itself reaches; let it listen on the network: pulumi config set --path 'groundwork:services.redis.listens' lan",
  ]);
});

import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { execa } from "execa";
import { expect, test } from "vitest";

import { Watchdog } from "../../../src/components/macminis/watchdog.ts";
import { record } from "../record.ts";

test("the address to call is called as it is given", async () => {
  const { registered } = await record(
    () => new Watchdog("watchdog", { host: "control", platform: "darwin", prometheus: "http://198.18.0.13:9091" }),
  );
  const { program, arguments: words } = registered.find(({ name }) => name === "watchdog-timer")!.inputs;

  const asked: (string | undefined)[] = [];
  const server = createServer(({ url }, response) => {
    asked.push(url);
    response.end();
  }).listen(0, "127.0.0.1");
  await new Promise((listening) => server.once("listening", listening));
  const site = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const path = `/ping?of[]={one,"two"}\\`;
  await execa(program as string, words as string[], { env: { PROMETHEUS: site, PING_URL: `${site}${path}` } });
  server.close();
  expect(asked).toEqual(["/-/ready", path]);
});

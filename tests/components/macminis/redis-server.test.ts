import { expect, test } from "vitest";

import { redisConf } from "../../../src/components/macminis/redis-server.ts";

test("a password of the user's own is one word of redis.conf, whatever quotes it has", () => {
  const endpoint = { host: "control", platform: "debian", address: "127.0.0.1", port: 6379 } as const;
  const line = (secret: string) =>
    redisConf({ endpoint, memoryMiB: 256, folder: "/var/lib/redis" }, secret)
      .split("\n")
      .find((each) => each.startsWith("requirepass"));
  expect(line("of-letters-0")).toBe('requirepass "of-letters-0"');
  expect(line(`Of"quotes'and\\x41`)).toBe(`requirepass "Of\\"quotes'and\\\\x41"`);
});

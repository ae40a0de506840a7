// What a host says against a resource while its inputs are checked, as the engine gets it.
import rpc from "@pulumi/pulumi/proto/provider_pb.js";
import { expect, test } from "vitest";

import type { HostPool } from "../../src/provider/host-pool.ts";
import type { Resource } from "../../src/provider/resource.ts";
import file from "../../src/provider/resources/file.ts";
import { Calls } from "../../src/provider/rpc/calls.ts";
import type { EngineLog } from "../../src/provider/rpc/engine-log.ts";
import { wrap } from "../../src/provider/rpc/wire.ts";

test("a secret that a finding repeats is told neither in a failure nor in a warning", async () => {
  const talkative: Resource = {
    ...file,
    examine: async (_, { content }) => [
      { severity: "error", property: "path", said: `it holds ${content}` },
      { severity: "warning", property: "path", said: `it held ${content}` },
    ],
  };
  const pool = { offline: false, missing: () => undefined, host: async () => ({}) } as unknown as HostPool;
  const logged: string[] = [];
  const log = { log: (severity: string, _: string, said: string) => logged.push(`${severity} ${said}`) };
  const calls = new Calls([talkative], pool, log as unknown as EngineLog, []);

  const values = { host: "storage", path: "/etc/word", content: "a planted word" };
  const request = new rpc.CheckRequest()
    .setUrn(`urn:pulumi:test::test::${file.schema.type}::word`)
    .setNews(wrap(values, [["content"]]));
  const failures = (await calls.check(request)).getFailuresList().map((failure) => failure.getReason());
  expect(failures).toEqual([expect.stringMatching(/^storage: it holds /)]);
  expect(logged).toEqual([expect.stringMatching(/^warning storage: it held /)]);
  expect([...failures, ...logged].join()).not.toContain("planted");
});

import { beforeEach, expect, test } from "vitest";

import { guarded } from "../../src/provider/guard.ts";
import type { Command } from "../../src/provider/host.ts";
import { HostSession, LiveHost } from "../../src/provider/live-host.ts";
import { platformOf } from "../../src/provider/platforms/index.ts";
import type { Runner } from "../../src/provider/transports/runner.ts";

/** Names of what the host was asked, in turn. */
let asked: string[];
const change: Command = { argv: ["usermod", "--groups", "nosuch", "--", "admin"] };

/** A host that refuses the change. */
const runner: Runner = {
  async request({ argv: [name = ""] }) {
    asked.push(name);
    return { exitCode: name === "usermod" ? 6 : 0, stdout: Buffer.alloc(0), stderr: "" };
  },
  long: (command) => runner.request(command),
  async another() {
    asked.push("another connection");
    return runner;
  },
  close: async () => undefined,
};

beforeEach(() => {
  asked = [];
});

test("a change that the host refuses is taken back at once, over this connection, and its own error is told", async () => {
  const host = new LiveHost(new HostSession("control", platformOf("debian"), runner, "a test"), () => undefined);
  const since = Date.now();
  const failed = guarded(host, { name: "x", undo: "gw_undo", change, seconds: 5, hint: "" });
  await expect(failed).rejects.toThrow(/^control: `usermod .*` ended with exit code 6/);
  expect(asked).toEqual(["gw_lock", "gw_guard_arm", "usermod", "gw_guard_fire"]);
  expect(Date.now() - since).toBeLessThan(4000);
});

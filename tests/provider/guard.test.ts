import { beforeEach, expect, test } from "vitest";

import { Unreachable } from "../../src/provider/errors.ts";
import { guarded } from "../../src/provider/guard.ts";
import type { Command } from "../../src/provider/host.ts";
import { HostSession, LiveHost } from "../../src/provider/live-host.ts";
import { platformOf } from "../../src/provider/platforms/index.ts";
import type { Runner } from "../../src/provider/transports/runner.ts";

/** Names of what the host was asked, in turn. */
let asked: string[];
/** By what it was asked: an exit code, or no connection. */
let answers: Record<string, number | "gone">;
const change: Command = { argv: ["usermod", "--groups", "nosuch", "--", "admin"] };

const answer = (name: string) => {
  asked.push(name);
  const exitCode = answers[name] ?? 0;
  if (exitCode === "gone") throw new Unreachable("control", `no ${name}`);
  return { exitCode, stdout: Buffer.alloc(0), stderr: "" };
};
const runner: Runner = {
  request: async ({ argv: [name = ""] }) => answer(name),
  long: (command) => runner.request(command),
  async another() {
    answer("another connection");
    return runner;
  },
  close: async () => undefined,
};

beforeEach(() => {
  asked = [];
  answers = {};
});

/** The error, and whether it was waited for. */
async function failed(): Promise<{ message: string; waited: boolean }> {
  const host = new LiveHost(new HostSession("control", platformOf("debian"), runner, "a test"), () => undefined);
  const since = Date.now();
  const error = await guarded(host, { name: "x", undo: "gw_undo", change, seconds: 2, hint: "Mend this" }).catch(
    (error: Error) => error,
  );
  return { message: error ? error.message : "none", waited: Date.now() - since > 1900 };
}

test("a change that a new connection proves stays", async () => {
  expect(await failed()).toMatchObject({ message: "none" });
  expect(asked).toEqual(["gw_lock", "gw_guard_arm", "usermod", "another connection", "gw_guard_disarm"]);
});

test("a change that the host refuses is taken back at once, and its own error is told", async () => {
  answers["usermod"] = 6;
  const { message, waited } = await failed();
  expect([message, waited]).toEqual([expect.stringMatching(/^control: `usermod .*` ended with exit code 6/), false]);
  expect(asked).toEqual(["gw_lock", "gw_guard_arm", "usermod", "gw_guard_fire"]);
});

test("without a new connection it is taken back at once over this one", async () => {
  answers["another connection"] = "gone";
  expect(await failed()).toEqual({
    message:
      "control: rolled back: the previous state is in force again, since after the change no another connection. Mend this",
    waited: false,
  });
  expect(asked.slice(3)).toEqual(["another connection", "gw_guard_fire"]);
});

test("where this one is gone too, the host's own switch is waited for", async () => {
  answers = { gw_guard_disarm: "gone", gw_guard_fire: "gone" };
  expect(await failed()).toMatchObject({ message: expect.stringContaining("rolled back: "), waited: true });
  expect(asked.slice(-2)).toEqual(["another connection", "gw_guard_fired"]);
});

test("a switch that was disarmed, unheard of by us, is no rollback", async () => {
  answers = { gw_guard_disarm: "gone", gw_guard_fire: 1, gw_guard_fired: 1 };
  const { message } = await failed();
  expect(message).toMatch(
    /^control: after the change no gw_guard_disarm\. Mend this; whether the host undid it is not known/,
  );
});

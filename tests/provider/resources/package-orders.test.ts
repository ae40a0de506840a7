import { beforeEach, expect, test } from "vitest";

import { HostSession, LiveHost } from "../../../src/provider/live-host.ts";
import { platformOf } from "../../../src/provider/platforms/index.ts";
import { install } from "../../../src/provider/resources/package-orders.ts";
import type { Runner } from "../../../src/provider/transports/runner.ts";

/** Packages of each run of apt. */
let runs: string[];
let session: HostSession;
let lines: string[];

/** A host whose apt has every package but those called `absent-...`. */
const runner: Runner = {
  request: async () => ({ exitCode: 0, stdout: Buffer.alloc(0), stderr: "" }),
  async long({ argv }) {
    const packages = argv.slice(2).filter((word) => !word.startsWith("--"));
    runs.push(packages.join(" "));
    await new Promise((resolve) => setTimeout(resolve, 5));
    const absent = packages.find((name) => name.startsWith("absent"));
    const stderr = absent ? `E: Unable to locate package ${absent}\n` : "";
    return { exitCode: absent ? 100 : 0, stdout: Buffer.alloc(0), stderr };
  },
  another: async () => runner,
  close: async () => undefined,
};

beforeEach(() => {
  runs = [];
  lines = [];
  session = new HostSession("control", platformOf("debian"), runner, "a test");
});

const order = (name: string, version?: string, options: object = {}) =>
  install({
    host: new LiveHost(session, (line) => lines.push(`${name}: ${line}`)),
    packages: [{ name, ...(version && { version }) }],
    options: { recommends: false, lockTimeoutSec: 1, ...options },
  });
/** What became of those that come while `a` is being installed. */
const meanwhile = async (...orders: (() => Promise<void>)[]) => {
  const first = order("a");
  await new Promise(setImmediate);
  const all = await Promise.allSettled([first, ...orders.map((begin) => begin())]);
  return all.slice(1).map((each) => (each.status === "fulfilled" ? "installed" : String(each.reason)));
};

test("the first begins at once; those that come meanwhile share the next run, and are told", async () => {
  await meanwhile(
    () => order("b"),
    () => order("c"),
    () => order("b"),
  );
  expect(runs).toEqual(["a", "b c"]);
  expect(lines).toEqual(["c: installed in one run: b, c", "b: installed in one run: b, c"]);
  await order("d");
  expect(runs).toHaveLength(3);
});

test("one that cannot be installed fails alone", async () => {
  const said = await meanwhile(
    () => order("b"),
    () => order("absent"),
    () => order("c"),
  );
  expect(runs).toEqual(["a", "b absent c", "b", "absent", "c"]);
  expect(said).toEqual(["installed", expect.stringMatching(/control: there is no package absent/), "installed"]);
});

test("what is wanted in two versions, or with other options, is installed one by one", async () => {
  await meanwhile(
    () => order("b", "1"),
    () => order("b", "2"),
  );
  expect(runs).toEqual(["a", "b=1", "b=2"]);
  await meanwhile(
    () => order("c"),
    () => order("d", undefined, { recommends: true }),
  );
  expect(runs.slice(3)).toEqual(["a", "c", "d"]);
});

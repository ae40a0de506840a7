import { beforeEach, expect, test } from "vitest";
import { CommandFailed, HostError } from "../../src/provider/errors.ts";
import type { Answer, Command, Fact } from "../../src/provider/host.ts";
import { HostSession, LiveHost } from "../../src/provider/live-host.ts";
import { platformOf } from "../../src/provider/platforms/index.ts";
import type { Runner } from "../../src/provider/transports/runner.ts";

/** What the host was asked, as words of argv and standard input. */
let asked: string[];
/** Answers by first word of argv. */
let answers: Record<string, (command: Command) => Partial<Answer> | Promise<Partial<Answer>>>;
let session: HostSession;
let host: LiveHost;
const lines: string[] = [];

const runner: Runner = {
  async request(command) {
    const stdin = command.stdin === undefined ? [] : [`< ${String(command.stdin).trim().replaceAll("\n", ",")}`];
    asked.push([...command.argv, ...stdin].join(" "));
    const answer = await answers[command.argv[0] ?? ""]?.(command);
    return { exitCode: 0, stdout: Buffer.alloc(0), stderr: "", ...answer };
  },
  async long(command, onLine) {
    asked.push(`long ${command.argv.join(" ")}`);
    onLine("half way");
    return { exitCode: 0, stdout: Buffer.alloc(0), stderr: "" };
  },
  async another() {
    asked.push("another connection");
    return { ...runner, close: async () => void asked.push("closed") };
  },
  async close() {},
};

/** Sizes by name; `missing` is a name the answer says nothing of. */
const sizes: Fact<number> = {
  name: "sizes",
  manifest: true,
  command: (keys) => ({ argv: ["sizes", ...keys] }),
  parse: (_, keys) => new Map(keys.filter((key) => key !== "missing").map((key) => [key, key.length])),
};

beforeEach(() => {
  asked = [];
  answers = {};
  lines.length = 0;
  session = new HostSession("storage", platformOf("debian"), runner, "owner of the test");
  host = new LiveHost(session, (line) => lines.push(line));
});

const settled = () => new Promise((resolve) => setTimeout(resolve, 10));

test("all who ask at one moment share one round trip, whichever resource they are", async () => {
  const other = new LiveHost(session, () => undefined);
  const found = await Promise.all([host.read(sizes, "a"), other.read(sizes, "bb"), host.read(sizes, "a")]);
  expect(found).toEqual([1, 2, 1]);
  expect(asked).toEqual(["gw_manifest_list sizes", "sizes a bb"]);
});

test("the first question takes along what the manifest lists; later ones are answered from it", async () => {
  answers["gw_manifest_list"] = () => ({ stdout: Buffer.from("bb\nccc\n") });
  expect(await host.read(sizes, "a")).toBe(1);
  expect(await host.read(sizes, "ccc")).toBe(3);
  expect(await host.read(sizes, "dddd")).toBe(4);
  expect(asked).toEqual(["gw_manifest_list sizes", "sizes a bb ccc", "sizes dddd"]);
});

test("a fact without a manifest is asked for as it is", async () => {
  await host.read({ ...sizes, manifest: false }, "a");
  expect(asked).toEqual(["sizes a"]);
});

test("a key that the answer says nothing of is an error of that key alone, never a value", async () => {
  const [fine, missing] = await Promise.allSettled([host.read(sizes, "a"), host.read(sizes, "missing")]);
  expect(fine).toMatchObject({ value: 1 });
  expect(missing).toMatchObject({ reason: new HostError("storage", "said nothing of sizes missing") });
});

test("what was said of such a key is the error; else the first of all that was said", async () => {
  const lines = ["stat: 'a': No such file", "stat: 'missing': Stale file handle", "stat: 'b': No such file"];
  answers["sizes"] = () => ({ stderr: lines.join("\n") });
  await expect(host.read({ ...sizes, manifest: false }, "missing")).rejects.toThrow(
    "storage: sizes missing cannot be read: stat: 'missing': Stale file handle; mend this, and run again",
  );
  answers["gone"] = () => ({ stderr: "sh: xargs: not found\n" });
  const gone: Fact<number> = { ...sizes, name: "gone", manifest: false, command: () => ({ argv: ["gone"] }) };
  await expect(host.read(gone, "missing")).rejects.toThrow("gone missing cannot be read: sh: xargs: not found; mend");
});

test("an answer that is not understood fails all who asked, and the next may ask again", async () => {
  let broken = true;
  const fact: Fact<number> = {
    ...sizes,
    parse: (answer, keys) => {
      if (broken) throw new Error("gibberish");
      return sizes.parse(answer, keys);
    },
  };
  await expect(host.read(fact, "a")).rejects.toThrow("gibberish");
  broken = false;
  await host.run({ argv: ["write"] });
  expect(await host.read(fact, "a")).toBe(1);
});

test("a write forgets what was read, and only what is asked for is read again", async () => {
  answers["gw_manifest_list"] = () => ({ stdout: Buffer.from("bb\nccc\n") });
  await host.read(sizes, "a");
  await host.run({ argv: ["write"] });
  await host.read(sizes, "a");
  expect(asked.slice(2)).toEqual(["gw_lock owner of the test", "write", "sizes a"]);
});

test("a failed write forgets too: half of it may have happened", async () => {
  answers["write"] = () => ({ exitCode: 1, stderr: "disk full\n" });
  await host.read(sizes, "a");
  await expect(host.run({ argv: ["write", "x"] })).rejects.toThrow(CommandFailed);
  await host.read(sizes, "a");
  expect(asked.at(-1)).toBe("sizes a");
});

test("a failed command says host, command, exit code and the answer", async () => {
  answers["write"] = () => ({ exitCode: 3, stderr: "no such place\n" });
  await expect(host.ask({ argv: ["write", "x"] })).rejects.toThrow(
    "storage: `write x` ended with exit code 3 and said: no such place",
  );
  expect((await host.ask({ argv: ["write", "x"], exitCodes: [0, 3] })).exitCode).toBe(3);
});

test("the lock is taken once, before the first write, by whoever comes first", async () => {
  await host.read(sizes, "a");
  expect(asked).not.toContain("gw_lock owner of the test");
  await Promise.all([host.run({ argv: ["write", "1"] }), host.run({ argv: ["write", "2"] })]);
  await host.run({ argv: ["write", "3"] });
  expect(asked.slice(2)).toEqual(["gw_lock owner of the test", "write 1", "write 2", "write 3"]);
});

test("fault 19: while somebody else holds the lock nothing is written, and the error names the holder", async () => {
  answers["gw_lock"] = () => ({ exitCode: 75, stderr: "groundwork of alice@laptop (process 7)\n" });
  await expect(host.run({ argv: ["write"] })).rejects.toThrow(/^storage: locked by groundwork of alice@laptop/);
  expect(asked).toEqual(["gw_lock owner of the test"]);
});

test("fault 4: once cancelled, no further write starts; the one under way finishes", async () => {
  let finish: (answer: Partial<Answer>) => void = () => undefined;
  answers["write"] = () => new Promise((resolve) => (finish = resolve));
  const underWay = host.run({ argv: ["write", "1"] });
  await settled();
  session.cancel();
  const other = new LiveHost(session, () => undefined);
  await expect(other.run({ argv: ["write", "2"] })).rejects.toThrow("cancelled before anything was changed");
  finish({ exitCode: 0 });
  expect((await underWay).exitCode).toBe(0);
  expect(asked).toEqual(["gw_lock owner of the test", "write 1"]);
});

test("fault 4: who has written already is told that the change is half done", async () => {
  await host.run({ argv: ["write", "1"] });
  session.cancel();
  await expect(host.run({ argv: ["write", "2"] })).rejects.toThrow(
    "storage: cancelled between two steps of this change; what is done stays, run again to finish",
  );
  expect(asked).toEqual(["gw_lock owner of the test", "write 1"]);
});

test("fault 4: a step that failed may have changed something too", async () => {
  answers["write"] = () => ({ exitCode: 1, stderr: "disk full" });
  await expect(host.run({ argv: ["write"] })).rejects.toThrow("disk full");
  session.cancel();
  await expect(host.run({ argv: ["undo"] })).rejects.toThrow("cancelled between two steps");
});

test("fault 4: a write that waits for the lock when it is cancelled does not start", async () => {
  let take: (answer: Partial<Answer>) => void = () => undefined;
  answers["gw_lock"] = () => new Promise((resolve) => (take = resolve));
  const waiting = host.run({ argv: ["write"] });
  await settled();
  session.cancel();
  take({ exitCode: 0 });
  await expect(waiting).rejects.toThrow("cancelled before anything was changed");
  expect(asked).toEqual(["gw_lock owner of the test"]);
});

test("a long command has a channel of its own, and its lines are progress", async () => {
  await host.run({ argv: ["install"], long: true });
  expect(asked).toEqual(["gw_lock owner of the test", "long install"]);
  expect(lines).toEqual(["half way"]);
});

test("what is managed is noted in few requests, in order, before the connection ends", async () => {
  host.remember(sizes, "a");
  host.remember(sizes, "b");
  host.forget(sizes, "c");
  await session.close();
  expect(asked).toEqual(["gw_manifest_add sizes < a,b", "gw_manifest_drop sizes < c"]);
});

test("while the helper is busy, questions wait for company instead of in line", async () => {
  let free: () => void = () => undefined;
  answers["busy"] = () => new Promise((resolve) => (free = () => resolve({})));
  const busy = host.ask({ argv: ["busy"] });
  const first = host.read({ ...sizes, manifest: false }, "a");
  await settled();
  const second = host.read({ ...sizes, manifest: false }, "b");
  free();
  await Promise.all([busy, first, second]);
  expect(asked).toEqual(["busy", "sizes a b"]);
});

test("a write forgets all facts, but of those it spares only its own key", async () => {
  const spared = { ...sizes, manifest: false };
  const other = { ...spared, name: "others", command: (keys: readonly string[]) => ({ argv: ["others", ...keys] }) };
  await Promise.all([host.read(spared, "a"), host.read(spared, "b"), host.read(other, "a")]);
  await host.run({ argv: ["write"] }, { facts: [spared], key: "a" });
  asked = [];
  await Promise.all([host.read(spared, "a"), host.read(spared, "b"), host.read(other, "a")]);
  expect(asked.sort()).toEqual(["others a", "sizes a"]);
});

test("a new connection is made for one command, closed, and everything is asked anew", async () => {
  const fact = { ...sizes, manifest: false };
  await host.read(fact, "a");
  await host.runAnew({ argv: ["disarm"] });
  await host.read(fact, "a");
  expect(asked).toEqual(["sizes a", "another connection", "disarm", "closed", "sizes a"]);

  answers["late"] = () => ({ exitCode: 1, stderr: "too late" });
  await expect(host.runAnew({ argv: ["late"] })).rejects.toThrow(CommandFailed);
  expect(asked.at(-1)).toBe("closed");
});

test("of a script that failed only the first line is told, and what it said", () => {
  const answer = { exitCode: 3, stdout: Buffer.alloc(0), stderr: "no room" };
  const failed = new CommandFailed("storage", { argv: ["sh", "-c", "set -e\nmany\nlines", "word"] }, answer);
  expect(failed.message).toBe("storage: `sh -c set -e ... word` ended with exit code 3 and said: no room");
});

test("what only the helper can run is told in words", () => {
  const answer = { exitCode: 1, stdout: Buffer.alloc(0), stderr: "no" };
  const told = (command: Command) => new CommandFailed("storage", command, answer).message;
  expect(told({ argv: ["gw_account_create", "deploy"] })).toBe(
    'storage: "account create deploy" ended with exit code 1 and said: no',
  );
  const { services } = platformOf("debian");
  expect(told(services.restart("api", { ports: [3000], timeoutSec: 20 }))).toBe(
    'storage: "restart api.service and wait until it listens at 3000 (20 s)" ended with exit code 1 and said: no',
  );
});

test("of much that was said, what it is about and the end are told", () => {
  const lines = Array.from({ length: 99 }, (_, number) => `line ${number}`);
  const answer = { exitCode: 1, stdout: Buffer.alloc(0), stderr: lines.join("\n") };
  const { message } = new CommandFailed("storage", { argv: ["many"] }, answer);
  expect(message).toMatch(/said: line 0\n\.\.\.\nline 76\n[\s\S]*line 98$/);
});

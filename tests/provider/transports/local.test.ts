import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Unreachable } from "../../../src/provider/errors.ts";
import { connect } from "../../../src/provider/transports/connect.ts";
import type { Runner } from "../../../src/provider/transports/runner.ts";
import { hostConnection } from "../../../src/schemas/host.ts";

const local = hostConnection.parse({
  transport: "local",
  platform: process.platform === "darwin" ? "darwin" : "debian",
});
const every = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte));

describe("requests", () => {
  let runner: Runner;
  beforeAll(async () => {
    runner = await connect("here", local);
  });
  afterAll(() => runner.close());
  const run = (...argv: string[]) => runner.request({ argv });

  test("standard output, standard error and exit code come apart", async () => {
    const answer = await run("sh", "-c", "echo out; echo err >&2; exit 7");
    expect(answer).toEqual({ exitCode: 7, stdout: Buffer.from("out\n"), stderr: "err" });
  });

  test("words arrive as they are", async () => {
    const words = [
      "",
      " ",
      "'",
      '"',
      "$HOME",
      "\\",
      "`id`",
      "a\nb",
      "*",
      "-n",
      "é\u{1f600}",
      "!x",
      "\r\t",
      "\x01\x7f",
      "ÁÂ\u0081\u0088",
    ];
    const answer = await run("printf", "%s\\0", ...words);
    expect(answer.stdout.toString("utf8").split("\0").slice(0, -1)).toEqual(words);
  });

  test("what `ps` shows of the helper ends no answer", async () => {
    const { stdout } = await run("sh", "-c", "ps -ww -o args= -p $PPID");
    const [shown] = /[0-9a-f]{24}/.exec(stdout.toString()) ?? [];
    expect(shown).toBeDefined();
    const ends = Array.from({ length: 100 }, (_, id) => `${shown} ${id} 0 0\n`).join("");
    expect((await run("printf", "%s", ends)).stdout.toString()).toBe(ends);
  });

  test("every byte passes through, in both directions", async () => {
    expect((await runner.request({ argv: ["cat"], stdin: every })).stdout).toEqual(every);
  });

  test("nothing in, nothing out", async () => {
    expect(await run("cat")).toEqual({ exitCode: 0, stdout: Buffer.alloc(0), stderr: "" });
  });

  test("5 MB go there and back within 5 s", { timeout: 5000 }, async () => {
    const payload = Buffer.alloc(5_000_000, every);
    expect((await runner.request({ argv: ["cat"], stdin: payload })).stdout.equals(payload)).toBe(true);
  });

  test("more than a string can hold goes there, and the next request after it", { timeout: 120_000 }, async () => {
    const size = 600 * 2 ** 20;
    const [counted, next] = await Promise.all([
      runner.request({ argv: ["wc", "-c"], stdin: Buffer.alloc(size), checksInput: true }),
      run("echo", "next"),
    ]);
    expect([Number(counted.stdout), next.stdout.toString()]).toEqual([size, "next\n"]);
  });

  test("input that nobody reads does not disturb the next request", async () => {
    const payload = Buffer.alloc(3_000_000, "x");
    const [ignored, next] = await Promise.all([
      runner.request({ argv: ["true"], stdin: payload }),
      run("echo", "next"),
    ]);
    expect([ignored.exitCode, next.stdout.toString()]).toEqual([0, "next\n"]);
  });

  test("500 requests under way at once are answered in order", async () => {
    const answers = await Promise.all(Array.from({ length: 500 }, (_, index) => run("echo", String(index))));
    expect(answers.map(({ stdout }) => Number(stdout))).toEqual(Array.from({ length: 500 }, (_, index) => index));
  });

  test("a command that kills itself is an answer, and so is one that is not there", async () => {
    expect((await run("sh", "-c", "kill -9 $$")).exitCode).toBe(137);
    expect((await run("no-such-program")).exitCode).toBe(127);
    expect((await run("exit", "5")).exitCode).toBe(5);
  });

  test("output that looks like the end of an answer is output", async () => {
    const noise = ">1 5\n<2\n==\n0 0";
    const answer = await run("sh", "-c", 'printf %s "$0"; printf %s "$0" >&2', noise);
    expect([answer.stdout.toString(), answer.stderr]).toEqual([noise, noise]);
  });

  test("the environment is ours, not that of the login", async () => {
    const { stdout } = await run("sh", "-c", "umask; pwd; echo $LC_ALL; env");
    expect(stdout.toString()).toMatch(/^0077\n\/\nC\n/);
    expect(stdout.toString()).not.toMatch(/^(VITEST|npm_)/m);
  });

  test("a NUL cannot be said, and says so", async () => {
    await expect(run("echo", "a\0b")).rejects.toThrow(/NUL/);
  });
});

describe("long commands", () => {
  let runner: Runner;
  beforeAll(async () => {
    runner = await connect("here", local);
  });
  afterAll(() => runner.close());

  test("lines come as they are written, of both streams; the answer has all of it", async () => {
    const lines: [string, number][] = [];
    const script = "echo one; sleep 0.4; echo two >&2; sleep 0.1; printf three; exit 4";
    const answer = await runner.long({ argv: ["sh", "-c", script] }, (line) => lines.push([line, Date.now()]));
    expect(answer).toEqual({ exitCode: 4, stdout: Buffer.from("one\nthree"), stderr: "two\n" });
    expect(lines.map(([line]) => line)).toEqual(["one", "two", "three"]);
    expect(lines[1]![1] - lines[0]![1]).toBeGreaterThan(200);
  });

  test("they do not hold up requests, and take input", async () => {
    const slow = runner.long({ argv: ["sh", "-c", "cat; sleep 0.5; echo slow"], stdin: every }, () => {});
    const started = Date.now();
    expect((await runner.request({ argv: ["true"] })).exitCode).toBe(0);
    expect(Date.now() - started).toBeLessThan(400);
    expect((await slow).stdout).toEqual(Buffer.concat([every, Buffer.from("slow\n")]));
  });

  test("at most 8 at once, their shells are used again", async () => {
    const count = async () => {
      const { stdout } = await runner.request({ argv: ["sh", "-c", "ls -d /tmp/gw-long-test.* 2>/dev/null | wc -l"] });
      return Number(stdout);
    };
    const script = "touch /tmp/gw-long-test.$$; sleep 0.5; rm /tmp/gw-long-test.$$; echo $PPID";
    const all = Promise.all(Array.from({ length: 12 }, () => runner.long({ argv: ["sh", "-c", script] }, () => {})));
    let most = 0;
    for (let round = 0; round < 10; round++) most = Math.max(most, await count());
    await all;
    expect(most).toBeGreaterThan(1);
    expect(most).toBeLessThanOrEqual(8);
  });

  test("a background process that keeps the output open does not keep the answer back", async () => {
    const started = Date.now();
    await runner.long({ argv: ["sh", "-c", "sleep 3 & echo done"] }, () => {});
    expect(Date.now() - started).toBeLessThan(2000);
  });
});

describe("the host lock", () => {
  const owner = (runner: Runner) => runner.request({ argv: ["readlink", "/run/groundwork.lock"] });

  test.skipIf(process.getuid?.() !== 0)(
    "is held by one helper, and ends with it (needs root: it lies in /run)",
    async () => {
      const [one, two] = await Promise.all([connect("one", local), connect("two", local)]);
      try {
        expect((await one.request({ argv: ["gw_lock", "up by anna"] })).exitCode).toBe(0);
        expect((await one.request({ argv: ["gw_lock", "up by anna"] })).exitCode).toBe(0);
        expect((await owner(one)).stdout.toString()).toMatch(/^\d+:up by anna\n$/);

        const refused = await two.request({ argv: ["gw_lock", "up by ben", "1"] });
        expect(refused.exitCode).toBe(75);
        expect(refused.stderr).toMatch(/held by up by anna \(process \d+\)/);

        const waiting = two.request({ argv: ["gw_lock", "up by ben"] });
        await one.close();
        expect((await waiting).exitCode).toBe(0);
      } finally {
        await Promise.all([one.close(), two.close()]);
      }
      const three = await connect("three", local);
      expect((await owner(three)).exitCode).toBe(1);
      await three.close();
    },
  );

  test.skipIf(process.getuid?.() !== 0)(
    "is taken over from a helper that was killed (needs root: it lies in /run)",
    async () => {
      const one = await connect("one", local);
      await one.request({ argv: ["gw_lock", "anna"] });
      const pid = Number((await owner(one)).stdout.toString().split(":")[0]);
      process.kill(pid, "SIGKILL");
      await expect(one.request({ argv: ["true"] })).rejects.toThrow(Unreachable);

      const others = await Promise.all(["a", "b", "c"].map((name) => connect(name, local)));
      const taken = await Promise.all(
        others.map((runner, index) => runner.request({ argv: ["gw_lock", `${index}`, "1"] })),
      );
      expect(taken.map(({ exitCode }) => exitCode).sort()).toEqual([0, 75, 75]);
      await Promise.all([one, ...others].map((runner) => runner.close()));
    },
  );
});

test("when the helper dies, what is under way and what comes is unreachable", async () => {
  const runner = await connect("here", local);
  const answers = await Promise.allSettled([
    runner.request({ argv: ["echo", "fine"] }),
    runner.request({ argv: ["kill", "-9", "$$"] }),
    runner.request({ argv: ["eval", "kill -9 $$"] }),
    runner.request({ argv: ["echo", "never"] }),
  ]);
  expect(answers.map(({ status }) => status)).toEqual(["fulfilled", "fulfilled", "rejected", "rejected"]);
  await expect(runner.request({ argv: ["true"] })).rejects.toThrow(Unreachable);
  await expect(runner.long({ argv: ["true"] }, () => {})).resolves.toMatchObject({ exitCode: 0 });
  await runner.close();
});

test("closing ends a command that hangs, within 2 s", async () => {
  const runner = await connect("here", local);
  const hanging = [runner.request({ argv: ["sleep", "600"] }), runner.long({ argv: ["sleep", "601"] }, () => {})];
  const ends = Promise.allSettled(hanging);
  await new Promise((resolve) => setTimeout(resolve, 200));
  const started = Date.now();
  await runner.close();
  expect(Date.now() - started).toBeLessThan(2000);
  expect((await ends).map(({ status }) => status)).toEqual(["rejected", "rejected"]);
});

import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { beforeAll, describe, expect, test } from "vitest";
import type { Answer, Command } from "../../../src/provider/host.ts";
import { libraryOf } from "../../../src/provider/platforms/library.ts";
import { writeFile } from "../../../src/provider/platforms/posix/safe-write.ts";
import { AnswerParser, encode, farewell } from "../../../src/provider/transports/frames.ts";
import { canRunLab, type TestLab, whyNoLab } from "../../support/lab.ts";
import { startTransportLab } from "./accounts.ts";

const nonce = "0123456789abcdef";
const program = `${libraryOf("debian")}\ngw_serve ${nonce}\n`;
const bootstrap = `umask 077; eval "$(head -c ${Buffer.byteLength(program)})"`;

/** Sends all requests at once to a helper in that shell. */
async function converse(shell: readonly string[], commands: readonly Command[]): Promise<Answer[]> {
  const [file, ...args] = shell;
  const child = execa(file!, args, { encoding: "buffer", env: { LC_ALL: "C" }, reject: false });
  // Not before it is ready: a head that buffers would read on into the requests.
  child.stdin.write(program);
  let started = "";
  const answers: Answer[] = [];
  const parser = new AnswerParser(nonce);
  child.stdout.on("data", (chunk: Buffer) => {
    if (started.endsWith("\n")) return void answers.push(...[...parser.push(chunk)].map(({ answer }) => answer));
    started += chunk.toString();
    if (!started.endsWith("\n")) return;
    for (const [index, command] of commands.entries()) {
      for (const piece of encode("request", index, command)) child.stdin.write(piece);
    }
    child.stdin.end(farewell);
  });
  const { exitCode, stderr } = await child;
  expect([started, exitCode, Buffer.from(stderr).toString()]).toEqual([expect.stringContaining(":ready"), 0, ""]);
  return answers;
}

async function proveItself(shell: readonly string[]): Promise<void> {
  const bytes = Buffer.alloc(300_000, Buffer.from(Array.from({ length: 256 }, (_, byte) => byte)));
  const big = Buffer.concat(Array.from({ length: 11 }, () => bytes));
  const words = ["a\nb'", "$x`\\", "\u0081\u0088\u00e9", "", "-n", "*"];
  const text = ` -n $x \\n 'a' "b"\n\n\té\r\n`;
  const answers = await converse(shell, [
    { argv: ["cat"], stdin: bytes },
    { argv: ["true"], stdin: bytes },
    { argv: ["printf", "%s|", ...words] },
    { argv: ["sh", "-c", "echo out; echo err >&2; exit 9"] },
    { argv: ["exit", "3"] },
    { argv: ["cat"] },
    { argv: ["cat"], stdin: text },
    { argv: ["exit", "4"], stdin: text },
    { argv: ["cat"], stdin: big, checksInput: true },
    { argv: ["exit", "5"], stdin: big, checksInput: true },
    { argv: ["gw_exact", "0"], stdin: bytes },
    { argv: ["gw_exact", "3000000"], stdin: big, checksInput: true },
  ]);
  expect(answers.map(({ exitCode }) => exitCode)).toEqual([0, 0, 0, 9, 3, 0, 0, 4, 0, 5, 0, 0]);
  expect(answers[0]!.stdout.equals(bytes)).toBe(true);
  expect(answers[2]!.stdout.toString()).toBe(words.map((word) => `${word}|`).join(""));
  expect(answers[6]!.stdout.toString()).toBe(text);
  expect(answers[3]).toMatchObject({ stdout: Buffer.from("out\n"), stderr: "err" });
  expect(answers[8]!.stdout.equals(big)).toBe(true);
  expect([answers[10]!.stdout.length, answers[11]!.stdout.equals(big.subarray(0, 3_000_000))]).toEqual([0, true]);
}

test.each(["dash", "bash", "bash --posix"])("the helper serves in %s", async (shell) => {
  await proveItself([...shell.split(" "), "-c", bootstrap]);
});

// busybox, which no platform of ours has as its sh, runs none here.
test.each(["dash", "bash", "bash --posix"])(
  "what a request leaves to its end is done, whatever its input: %s",
  async (shell) => {
    const inputs = ["a line\n", Buffer.alloc(300_000, "x")];
    const answers = await converse(
      [...shell.split(" "), "-c", bootstrap],
      inputs.map((stdin) => ({ argv: ["trap", "cat | wc -c | tr -d ' '", "EXIT"], stdin })),
    );
    expect(answers.map(({ stdout }) => stdout.toString())).toEqual(inputs.map(({ length }) => `${length}\n`));
  },
);

test.each([500, 5000])("a request that is cut off is not run: %d bytes", async (size) => {
  const command = { argv: ["sh", "-c", "cat; touch /tmp/gw-cut-off"], stdin: "x".repeat(size) };
  const request = [...encode("request", 1, command)].join("");
  const input = `${program}${request.slice(0, -10)}`;
  const { stdout, exitCode } = await execa("/bin/sh", ["-c", bootstrap], { input, reject: false });
  expect([stdout.split("\n").length, exitCode]).toEqual([1, size > 1024 ? 1 : 0]);
  await expect(execa("test", ["-e", "/tmp/gw-cut-off"])).rejects.toThrow();
});

test("a big file that is cut off is not written", async () => {
  const folder = await mkdtemp(join(tmpdir(), "gw-cut-off-"));
  const path = join(folder, "big");
  const owner = { owner: String(process.getuid?.()), group: String(process.getgid?.()) };
  const command = writeFile({ path, content: Buffer.alloc(3_000_000, "x"), mode: "0600", ...owner, over: undefined });
  const request = [...encode("request", 1, command)].join("");
  expect(request).toMatch(/^request 1 \+/);
  for (const [missing, left] of [
    [2_000_000, []],
    [0, ["big"]],
  ] as const) {
    const input = `${program}${request.slice(0, request.length - missing)}`;
    await execa("/bin/sh", ["-c", bootstrap], { input, reject: false });
    expect(await readdir(folder)).toEqual(left);
  }
  await rm(folder, { recursive: true });
});

describe.skipIf(!canRunLab)(`with other tools than GNU's ${whyNoLab}`, () => {
  let lab: TestLab;
  beforeAll(async () => {
    lab = await startTransportLab();
    await lab.ssh("one", ["sh", "-c", "mkdir -p /opt/busybox && busybox --install -s /opt/busybox"]);
  }, 180_000);

  test("the helper serves in busybox", async () => {
    const line = `exec env -i LC_ALL=C PATH=/opt/busybox sh -c '${bootstrap}'`;
    await proveItself(["ssh", "-F", lab.sshConfig, "one", line]);
  });
});

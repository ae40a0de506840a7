import { execa } from "execa";
import { beforeAll, describe, expect, test } from "vitest";
import type { Answer, Command } from "../../../src/provider/host.ts";
import { libraryOf } from "../../../src/provider/platforms/library.ts";
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
    for (const [index, command] of commands.entries()) child.stdin.write(encode("request", index, command));
    child.stdin.end(farewell);
  });
  const { exitCode, stderr } = await child;
  expect([started, exitCode, Buffer.from(stderr).toString()]).toEqual([expect.stringContaining(":ready"), 0, ""]);
  return answers;
}

async function proveItself(shell: readonly string[]): Promise<void> {
  const bytes = Buffer.alloc(300_000, Buffer.from(Array.from({ length: 256 }, (_, byte) => byte)));
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
  ]);
  expect(answers.map(({ exitCode }) => exitCode)).toEqual([0, 0, 0, 9, 3, 0, 0, 4]);
  expect(answers[0]!.stdout.equals(bytes)).toBe(true);
  expect(answers[2]!.stdout.toString()).toBe(words.map((word) => `${word}|`).join(""));
  expect(answers[6]!.stdout.toString()).toBe(text);
  expect(answers[3]).toMatchObject({ stdout: Buffer.from("out\n"), stderr: "err" });
}

test.each(["dash", "bash", "bash --posix"])("the helper serves in %s", async (shell) => {
  await proveItself([...shell.split(" "), "-c", bootstrap]);
});

test.each([500, 5000])("a request that is cut off is not run: %d bytes", async (size) => {
  const request = encode("request", 1, { argv: ["sh", "-c", "cat; touch /tmp/gw-cut-off"], stdin: "x".repeat(size) });
  const input = `${program}${request.slice(0, -10)}`;
  const { stdout, exitCode } = await execa("/bin/sh", ["-c", bootstrap], { input, reject: false });
  expect([stdout.split("\n").length, exitCode]).toEqual([1, size > 1024 ? 1 : 0]);
  await expect(execa("test", ["-e", "/tmp/gw-cut-off"])).rejects.toThrow();
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

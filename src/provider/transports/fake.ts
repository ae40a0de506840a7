// Runners without a host, for unit tests: recorded or written conversations.
import { isDeepStrictEqual } from "node:util";
import type { Answer, Command } from "../host.ts";
import { sha256 } from "../sha256.ts";
import type { Runner } from "./runner.ts";

/** One request with its answer, as JSON. Of the standard input only the digest is kept: it may hold secrets. */
export interface Exchange {
  readonly argv: readonly string[];
  /** SHA-256 of the standard input, hexadecimal; missing where that is empty or, in `scripted`, of no interest. */
  readonly stdin?: string;
  readonly answer: {
    /** @default 0 */
    readonly exitCode?: number;
    /** Standard output as text. @default "" */
    readonly stdout?: string;
    /** Standard output where it is no UTF-8, in base64. */
    readonly stdoutBase64?: string;
    /** @default "" */
    readonly stderr?: string;
  };
}

/** Passes everything on to a real runner and hands each exchange to `sink`, in the order of the answers. */
export function recording(runner: Runner, sink: (exchange: Exchange) => void): Runner {
  const record = async (command: Command, asked: Promise<Answer>): Promise<Answer> => {
    const answer = await asked;
    sink({ argv: [...command.argv], ...digest(command), answer: toJson(answer) });
    return answer;
  };
  return {
    request: (command) => record(command, runner.request(command)),
    long: (command, onLine) => record(command, runner.long(command, onLine)),
    another: async () => recording(await runner.another(), sink),
    close: () => runner.close(),
  };
}

/** Answers as recorded, each exchange once; the first unused one with the same argv and standard input is taken. */
export const replay = (transcript: readonly Exchange[]): Runner =>
  play(transcript, (exchange, command) => exchange.stdin === digest(command).stdin);

/** Answers as written, each exchange once; standard input counts only where the exchange names its digest. */
export const scripted = (exchanges: readonly Exchange[]): Runner =>
  play(exchanges, ({ stdin }, command) => stdin === undefined || stdin === digest(command).stdin);

function play(exchanges: readonly Exchange[], sameInput: (exchange: Exchange, command: Command) => boolean): Runner {
  const unused = [...exchanges];
  const request = async (command: Command): Promise<Answer> => {
    const index = unused.findIndex(
      ({ argv }, at) => isDeepStrictEqual(argv, command.argv) && sameInput(unused[at]!, command),
    );
    const [exchange] = index < 0 ? [] : unused.splice(index, 1);
    if (exchange) return fromJson(exchange.answer);
    const asked = JSON.stringify({ argv: command.argv, ...digest(command) });
    const next = unused[0] ? JSON.stringify({ argv: unused[0].argv, stdin: unused[0].stdin }) : "nothing";
    throw new Error(`not in the transcript: asked ${asked}; ${unused.length} left, next is ${next}`);
  };
  const runner: Runner = {
    request,
    async another() {
      return runner;
    },
    async long(command, onLine) {
      const answer = await request(command);
      const lines = `${answer.stdout.toString("utf8")}\n${answer.stderr}`.split("\n");
      for (const line of lines) if (line !== "") onLine(line);
      return answer;
    },
    async close() {},
  };
  return runner;
}

const digest = ({ stdin }: Command): { stdin?: string } =>
  stdin === undefined || stdin.length === 0 ? {} : { stdin: sha256(stdin) };

function toJson({ exitCode, stdout, stderr }: Answer): Exchange["answer"] {
  const text = stdout.toString("utf8");
  const isText = Buffer.from(text).equals(stdout);
  return { exitCode, ...(isText ? { stdout: text } : { stdoutBase64: stdout.toString("base64") }), stderr };
}

const fromJson = ({ exitCode = 0, stdout = "", stdoutBase64, stderr = "" }: Exchange["answer"]): Answer => ({
  exitCode,
  stdout: stdoutBase64 === undefined ? Buffer.from(stdout) : Buffer.from(stdoutBase64, "base64"),
  stderr,
});

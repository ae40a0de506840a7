// What goes over the helper's channel: requests as "KIND ID SIZE WORDS" and a base64 payload, answers as base64 of
// standard output, ">ID LENGTH" and LENGTH bytes of standard error with both exit codes behind it.
import type { Answer, Command } from "../host.ts";

export type Kind = "request" | "long";

/** One word for a POSIX shell, on one line. */
export function quote(word: string): string {
  if (word.includes("\0")) throw new TypeError("a NUL byte cannot be part of a command");
  return `'${word.replaceAll("'", "'\\''").replaceAll("\n", `'"$gw_nl"'`)}'`;
}

export function encode(kind: Kind, id: number, { argv, stdin }: Command): string {
  const payload = Buffer.from(stdin ?? "").toString("base64");
  return `${kind} ${id} ${payload.length} ${argv.map(quote).join(" ")}\n${payload}`;
}

/** Asks the helper to end; needed where a terminal keeps it from seeing the end of its input. */
export const farewell = "end 0 0 -\n";

const endOfStdout = ">".charCodeAt(0);
const newline = "\n".charCodeAt(0);

/** Takes answers out of a byte stream; throws where one is not whole. */
export class AnswerParser {
  private stdout: Buffer[] = [];
  private rest: Buffer = Buffer.alloc(0);
  private inTrailer = false;

  constructor(private readonly nonce: string) {}

  *push(chunk: Buffer): Generator<{ id: number; answer: Answer }> {
    let input = chunk;
    while (input.length > 0) {
      if (!this.inTrailer) {
        const end = input.indexOf(endOfStdout);
        this.stdout.push(end < 0 ? input : input.subarray(0, end));
        if (end < 0) return;
        this.inTrailer = true;
        input = input.subarray(end + 1);
      }
      this.rest = Buffer.concat([this.rest, input]);
      const headerEnd = this.rest.indexOf(newline);
      if (headerEnd < 0) return;
      const [id, length] = numbers(/^(\d+) (\d+)$/, this.rest.subarray(0, headerEnd));
      const said = this.rest.subarray(headerEnd + 1, headerEnd + 1 + length!);
      if (said.length < length!) return;

      yield { id: id!, answer: this.answer(said) };
      input = this.rest.subarray(headerEnd + 1 + length!);
      this.stdout = [];
      this.rest = Buffer.alloc(0);
      this.inTrailer = false;
    }
  }

  private answer(said: Buffer): Answer {
    const end = said.lastIndexOf(`${this.nonce} `);
    if (end < 0) throw new Error("an answer without its end");
    const [exitCode, encoder] = numbers(/^(\d+) (\d+)$/, said.subarray(end + this.nonce.length + 1));
    if (encoder !== 0) throw new Error(`base64 on the host ended with exit code ${encoder}`);
    return { exitCode: exitCode!, stdout: decode(this.stdout), stderr: said.subarray(0, end).toString("utf8") };
  }
}

function decode(chunks: readonly Buffer[]): Buffer {
  const text = Buffer.concat(chunks).toString("latin1").replaceAll("\n", "");
  if (text.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(text)) throw new Error("an answer that is not base64");
  return Buffer.from(text, "base64");
}

function numbers(pattern: RegExp, text: Buffer): number[] {
  const match = pattern.exec(text.toString("latin1"));
  if (!match) throw new Error(`an answer with the end ${JSON.stringify(text.subarray(0, 60).toString("latin1"))}`);
  return match.slice(1).map(Number);
}

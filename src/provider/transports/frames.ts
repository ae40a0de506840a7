// What goes over the helper's channel: requests as "KIND ID SIZE WORDS" and a payload in base64, with "+" before the size of
// one that flows to the command as it comes; answers as standard output, "NONCE ID CODE LENGTH" and LENGTH bytes of standard
// error. After "exec" it is the channel of that command alone.
import { isUtf8 } from "node:buffer";
import type { Answer, Command } from "../host.ts";

export type Kind = "request" | "long" | "exec";

/** One word for a POSIX shell, on one line. */
export function quote(word: string): string {
  if (word.includes("\0")) throw new TypeError("a NUL byte cannot be part of a command");
  return `'${word.replaceAll("'", "'\\''").replaceAll("\n", `'"$gw_nl"'`)}'`;
}

/** Bytes of a payload that are encoded at once; base64 has no rest there. No string can hold the biggest ones. */
const pieceBytes = 3 * 2 ** 18;

/** A frame in pieces, to be written one after the other. */
export function encode(kind: Kind, id: number, { argv, stdin = "", checksInput, heldBy }: Command): Iterable<string> {
  const input = bytesOf(stdin);
  const among = input.length > 0 && isShortText(input);
  const words = [
    ...(among ? ["gw_given", input.toString("utf8")] : []),
    ...(kind === "long" && heldBy !== undefined ? ["gw_holding", heldBy] : []), // requests run where the lock is held
    ...argv,
  ];
  const payload = among ? Buffer.alloc(0) : input;
  const size = 4 * Math.ceil(payload.length / 3);
  const flows = checksInput && payload.length > pieceBytes ? "+" : "";
  return inPieces(`${kind} ${id} ${flows}${size} ${words.map(quote).join(" ")}\n`, payload);
}

function* inPieces(head: string, payload: Buffer): Generator<string> {
  yield head + payload.toString("base64", 0, pieceBytes);
  for (let at = pieceBytes; at < payload.length; at += pieceBytes) {
    yield payload.toString("base64", at, at + pieceBytes);
  }
}

/** Without a copy of what may be big. */
const bytesOf = (input: string | Uint8Array): Buffer =>
  typeof input === "string" ? Buffer.from(input) : Buffer.from(input.buffer, input.byteOffset, input.byteLength);

/** The helper reads words byte by byte, which for these is quicker than a process that reads and one that decodes. */
const isShortText = (input: Buffer): boolean => input.length <= 1024 && !input.includes(0) && isUtf8(input);

/** Asks the helper to end; needed where a terminal keeps it from seeing the end of its input. */
export const farewell = "end 0 0 -\n";

/** Takes answers out of a byte stream; throws where one is not whole. */
export class AnswerParser {
  private readonly marker: Buffer;
  private stdout: Buffer[] = [];
  private rest: Buffer = Buffer.alloc(0);

  /** @param nonce begins the end of each answer; no command knows it */
  constructor(nonce: string) {
    this.marker = Buffer.from(`${nonce} `);
  }

  *push(chunk: Buffer): Generator<{ id: number; answer: Answer }> {
    this.rest = Buffer.concat([this.rest, chunk]);
    while (this.takeStdout()) {
      const headerEnd = this.rest.indexOf("\n");
      if (headerEnd < 0) return;
      const [id, exitCode, length] = header(this.rest.subarray(this.marker.length, headerEnd));
      const stderr = this.rest.subarray(headerEnd + 1, headerEnd + 1 + length);
      if (stderr.length < length) return;

      yield { id, answer: { exitCode, stdout: Buffer.concat(this.stdout), stderr: stderr.toString("utf8") } };
      this.stdout = [];
      this.rest = this.rest.subarray(headerEnd + 1 + length);
    }
  }

  /** Whether what is left begins with the marker. */
  private takeStdout(): boolean {
    const found = this.rest.indexOf(this.marker);
    const end = found < 0 ? Math.max(0, this.rest.length - this.marker.length + 1) : found; // it may be cut in two
    if (end > 0) this.stdout.push(this.rest.subarray(0, end));
    this.rest = this.rest.subarray(end);
    return found >= 0;
  }
}

function header(text: Buffer): [id: number, exitCode: number, length: number] {
  const match = /^(\d+) (\d+) (\d+)$/.exec(text.toString("latin1"));
  if (!match) throw new Error(`an answer with the end ${JSON.stringify(text.subarray(0, 60).toString("latin1"))}`);
  return [Number(match[1]), Number(match[2]), Number(match[3])];
}

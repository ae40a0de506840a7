import { askedOf, type Unreachable } from "../errors.ts";
import type { Answer, Command } from "../host.ts";
import { ConnectionLost } from "./errors.ts";
import { AnswerParser, encode, farewell } from "./frames.ts";
import type { Shell } from "./shell.ts";

interface Waiting {
  readonly id: number;
  readonly command: Command;
  resolve(answer: Answer): void;
  reject(error: Unreachable): void;
}

/** The helper that answers requests, one after the other; callers need not wait for an answer before the next one. */
export class RequestShell {
  private readonly waiting: Waiting[] = [];
  private readonly parser: AnswerParser;
  private lost: string | undefined;
  private lastId = 0;
  /** What the helper itself says: only when it breaks. */
  private said = "";

  constructor(
    private readonly host: string,
    private readonly target: string,
    private readonly shell: Shell,
  ) {
    const { channel, nonce } = shell;
    this.parser = new AnswerParser(nonce);
    channel.stdout.on("data", (chunk: Buffer) => this.receive(chunk));
    channel.stderr.on("data", (chunk: Buffer) => {
      this.said = (this.said + chunk.toString("utf8")).slice(-500);
    });
    void channel.ended.then(({ exitCode, reason }) => {
      const how = reason ?? (exitCode === undefined ? "it was cut" : `the helper ended with exit code ${exitCode}`);
      this.lose([how, this.said.trim()].filter(Boolean).join(": "));
    });
  }

  request(command: Command): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const id = ++this.lastId;
      const frame = encode("request", id, command);
      const waiting = { id, command, resolve, reject };
      if (this.lost !== undefined) return reject(this.error(waiting, this.lost));
      this.waiting.push(waiting);
      this.shell.frames.write(frame);
    });
  }

  async close(): Promise<void> {
    if (this.lost === undefined) this.shell.frames.end(farewell);
    this.lose("it was closed");
    await this.shell.channel.ended;
  }

  private receive(chunk: Buffer): void {
    if (this.lost !== undefined) return;
    try {
      for (const { id, answer } of this.parser.push(chunk)) {
        const first = this.waiting.shift();
        if (first?.id !== id) throw new Error(`answer ${id} where ${first?.id ?? "none"} was due`);
        first.resolve(answer);
      }
    } catch (error) {
      this.lose(`what came was not understood: ${error instanceof Error ? error.message : String(error)}`);
      this.shell.channel.kill();
    }
  }

  private lose(reason: string): void {
    this.lost ??= reason;
    for (const waiting of this.waiting.splice(0)) waiting.reject(this.error(waiting, this.lost));
  }

  private error({ command }: Waiting, reason: string): Unreachable {
    const unknown = `whether ${askedOf(command)} ran is not known; run again to see`;
    return new ConnectionLost(this.host, `the connection to ${this.target} is gone (${reason}); ${unknown}`);
  }
}

import { askedOf } from "../errors.ts";
import type { Answer, Command } from "../host.ts";
import { ConnectionLost } from "./errors.ts";
import { encode, farewell } from "./frames.ts";
import { LineSplitter } from "./line-splitter.ts";
import { type Shell, type Start, startShell } from "./shell.ts";

const most = 8;

/** Helpers on channels of their own for commands that take long; started when needed, kept for the next. */
export class LongShells {
  private readonly idle: Shell[] = [];
  private readonly queue: (() => void)[] = [];
  private readonly running = new Set<Shell>();
  private busy = 0;
  private lastId = 0;
  private closed = false;

  constructor(private readonly start: Start) {}

  async run(command: Command, onLine: (line: string) => void): Promise<Answer> {
    if (this.busy >= most) await new Promise<void>((resolve) => this.queue.push(resolve));
    else this.busy++;
    try {
      if (this.closed) throw this.lost(command, "it was closed");
      const shell = this.idle.pop() ?? (await startShell(this.start));
      this.running.add(shell);
      const answer = await this.stream(shell, command, onLine).finally(() => this.running.delete(shell));
      this.idle.push(shell);
      return answer;
    } finally {
      const next = this.queue.shift();
      if (next) next();
      else this.busy--;
    }
  }

  async close(): Promise<void> {
    this.closed = true;
    const shells = [...this.idle.splice(0), ...this.running];
    for (const { frames } of shells) frames.end(farewell);
    await Promise.all(shells.map(({ channel }) => channel.ended));
  }

  private stream(shell: Shell, command: Command, onLine: (line: string) => void): Promise<Answer> {
    const { channel, frames, nonce, merged } = shell;
    const id = ++this.lastId;
    const stdout = new LineSplitter(`${nonce} ${id} `, onLine);
    const stderr = new LineSplitter(`${nonce} ${id} `, onLine);
    return new Promise<Answer>((resolve, reject) => {
      const settle = () => {
        if (stdout.ending === undefined || (!merged && stderr.ending === undefined)) return;
        channel.stdout.off("data", onStdout);
        channel.stderr.off("data", onStderr);
        const exitCode = Number(stdout.ending);
        resolve({ exitCode, stdout: stdout.bytes(), stderr: stderr.bytes().toString("utf8") });
      };
      const onStdout = (chunk: Buffer) => {
        stdout.push(chunk);
        settle();
      };
      const onStderr = (chunk: Buffer) => {
        stderr.push(chunk);
        settle();
      };
      channel.stdout.on("data", onStdout);
      channel.stderr.on("data", onStderr);
      void channel.ended.then(({ reason, exitCode }) =>
        reject(this.lost(command, reason ?? `the helper ended with exit code ${exitCode ?? "unknown"}`)),
      );
      frames.write(encode("long", id, command));
    });
  }

  private lost(command: Command, reason: string): ConnectionLost {
    const unknown = `whether ${askedOf(command)} finished is not known; run again to see`;
    return new ConnectionLost(
      this.start.host,
      `the connection to ${this.start.connection.target} is gone (${reason}); ${unknown}`,
    );
  }
}

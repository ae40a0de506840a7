import type { Writable } from "node:stream";

import type { Channel } from "./connection.ts";

/** Writes frames one after the other, none faster than the host takes it; what becomes of them, the channel's ending says. */
export class FrameWriter {
  private last: Promise<void> = Promise.resolve();

  constructor(private readonly channel: Pick<Channel, "stdin" | "ended">) {}

  write(frame: Iterable<string>): void {
    this.last = this.last.then(() => this.pieces(frame));
  }

  /** The last frame; no more can be written. */
  end(frame: string): void {
    this.last = this.last.then(() => void (this.channel.stdin.writable && this.channel.stdin.end(frame)));
  }

  private async pieces(frame: Iterable<string>): Promise<void> {
    const { stdin, ended } = this.channel;
    for (const piece of frame) {
      if (!stdin.writable) return;
      if (!stdin.write(piece)) await Promise.race([drained(stdin), ended]);
    }
  }
}

const drained = (stdin: Writable): Promise<void> => new Promise((resolve) => stdin.once("drain", resolve));

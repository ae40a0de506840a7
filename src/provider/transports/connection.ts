// What the three ways to reach a host have in common: run one command line, and end.
import type { Readable, Writable } from "node:stream";

export interface Channel {
  readonly stdin: Writable;
  readonly stdout: Readable;
  readonly stderr: Readable;
  /** How it ended, once no more output comes; never rejects. */
  readonly ended: Promise<Ending>;
  kill(): void;
}

export interface Ending {
  /** `undefined`: no exit code arrived, the connection went away or a signal ended it. */
  readonly exitCode: number | undefined;
  /** What the transport says of it, such as the reason of a lost connection. */
  readonly reason?: string;
}

export interface Connection {
  /** Where it leads, for messages: `root@198.18.0.11:22`. */
  readonly target: string;
  /** Runs a line in the user's login shell, whichever that is. */
  exec(line: string, options?: ExecOptions): Promise<Channel>;
  /** Ends all channels and processes of the connection. */
  close(): Promise<void>;
}

export interface ExecOptions {
  /** Give the command a terminal. @default false */
  readonly terminal?: boolean;
}

import type { HostConnection } from "../../schemas/host.ts";
import type { Answer, Command } from "../host.ts";

/** A live connection to one host: one SSH connection, one helper shell that is root, long commands beside it. */
export interface Runner {
  /** Frames are pipelined: many may be under way, answers come in order. Rejects with `Unreachable` when the link dies. */
  request(command: Command): Promise<Answer>;
  /** Runs on a channel of its own (at most 8 at once); calls `onLine` for each line of output. */
  long(command: Command, onLine: (line: string) => void): Promise<Answer>;
  /** A new connection to the same host, by the same settings; whoever asks closes it. Rejects with `Unreachable`. */
  another(): Promise<Runner>;
  /** Ends helper and connection; the host lock goes with them. */
  close(): Promise<void>;
}

export type Connect = (name: string, connection: HostConnection) => Promise<Runner>;

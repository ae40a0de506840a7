// A connection with its helpers: one answers requests in order, up to eight more run what takes long.
import { setTimeout } from "node:timers/promises";
import type { Answer, Command } from "../host.ts";
import type { Connection } from "./connection.ts";
import { LongShells } from "./long-shells.ts";
import { RequestShell } from "./request-shell.ts";
import type { Runner } from "./runner.ts";
import { type Start, startShell } from "./shell.ts";

/** A helper that is in the middle of a step gets this long to finish it. */
const graceMs = 1000;

export async function startSession(
  host: string,
  connection: Connection,
  settings: Pick<Start, "platform" | "sudo">,
): Promise<Omit<Runner, "another">> {
  const start: Start = { host, connection, ...settings };
  const shell = await startShell(start);
  const requests = new RequestShell(host, connection.target, shell);
  const longs = new LongShells({ ...start, terminal: shell.merged });

  return {
    request: (command: Command): Promise<Answer> => requests.request(command),
    long: (command, onLine) => longs.run(command, onLine),
    async close() {
      const ended = Promise.all([requests.close(), longs.close()]);
      await Promise.race([ended, setTimeout(graceMs, undefined, { ref: false })]);
      await connection.close();
    },
  };
}

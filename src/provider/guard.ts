// Changes that may shut us out: a dead-man switch on the host takes them back unless a new connection comes through.
import { setTimeout } from "node:timers/promises";

import { CommandFailed, HostError, Unreachable } from "./errors.ts";
import type { Command, Host } from "./host.ts";

export interface GuardedChange {
  /** Unique among the guarded changes of a host. */
  readonly name: string;
  /** Function of the helper's library; prints a script for sh that brings back what is there now. */
  readonly undo: string;
  readonly change: Command;
  /** Until the switch goes off. */
  readonly seconds: number;
  /** What to correct when nobody comes through any more. */
  readonly hint: string;
}

/** The switch is armed first, and survives our death and a reboot; only a connection made after the change disarms it. */
export async function guarded(host: Host, { name, undo, change, seconds, hint }: GuardedChange): Promise<void> {
  const { guard } = host.platform;
  await host.run(guard.arm(name, seconds, undo));
  const due = Date.now() + seconds * 1000;
  try {
    await host.run(change);
    const { exitCode } = await host.runAnew(guard.disarm(name));
    if (exitCode !== 0) throw new HostError(host.name, "no new connection came through in time");
  } catch (error) {
    if (!(error instanceof HostError)) throw error;
    const why = `after the change ${without(host, error)}. ${hint}`;
    let unknown = await failure(host.run(guard.fire(name))); // nobody needs to wait while this connection still works
    if (unknown) {
      host.progress("no way in after the change; waiting for the host to undo it by itself");
      await setTimeout(Math.max(0, due - Date.now()));
      unknown = await failure(host.runAnew(guard.fired(name)));
    }
    if (unknown) {
      const still = `whether the host undid it is not known: ${without(host, unknown)}`;
      throw new Unreachable(host.name, `${why}; ${still}`);
    }
    const refused = error instanceof CommandFailed && error.command.argv === change.argv;
    throw refused ? error : new HostError(host.name, `rolled back: the previous state is in force again, since ${why}`);
  }
}

const failure = (asked: Promise<unknown>): Promise<HostError | undefined> =>
  asked.then(
    () => undefined,
    (error: unknown) => {
      if (error instanceof HostError) return error;
      throw error;
    },
  );

const without = (host: Host, { message }: HostError): string => message.replace(`${host.name}: `, "");

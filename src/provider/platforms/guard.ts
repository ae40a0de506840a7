import type { Command } from "../host.ts";

/** Dead-man switches: what takes a change back, unless somebody disarms it in time. Survives us, logouts and boots. */
export interface Guard {
  /** Before the change. `undo` is a function of the helper's library that prints what to do, as a script for sh. */
  arm(name: string, seconds: number, undo: string): Command;
  /** Takes the change back at once. Fails where it was disarmed. */
  fire(name: string): Command;
  /** Ends with 1 where it went off already. */
  disarm(name: string): Command;
  /** Fails where it did not go off. */
  fired(name: string): Command;
}

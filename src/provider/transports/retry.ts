import { setTimeout } from "node:timers/promises";
import { ConnectionTimeout, isTransient } from "./errors.ts";

/**
 * Tries until it works, the error is one that stays, or the time is up; waits 0.2 s, then twice as long each time, at
 * most 2 s. Gives each attempt the milliseconds that are left.
 */
export async function retry<Value>(seconds: number, attempt: (leftMs: number) => Promise<Value>): Promise<Value> {
  const deadline = Date.now() + seconds * 1000;
  let before: unknown;
  for (let pauseMs = 200; ; pauseMs = Math.min(2 * pauseMs, 2000)) {
    try {
      return await attempt(Math.max(deadline - Date.now(), 1));
    } catch (error) {
      if (!isTransient(error)) throw error;
      // The last attempt may only have had too little time: what was said before tells more.
      if (error instanceof ConnectionTimeout) before ??= error;
      else before = error;
      if (Date.now() + pauseMs >= deadline) throw before;
      await setTimeout(pauseMs);
    }
  }
}

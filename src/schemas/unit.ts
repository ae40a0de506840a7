import { z } from "zod";

/** A unit of the service manager: of launchd a label, or the bare name of a Daemon. A template needs its instance: `postgresql@17-main`. */
export const unitName = z
  .string()
  .regex(
    /^[A-Za-z0-9_][A-Za-z0-9:_.-]*(@[A-Za-z0-9:_-][A-Za-z0-9:_.-]*)?$/,
    "give a unit, such as nginx or postgresql@17-main.service",
  );

export const running = z.boolean().default(true).describe("Runs now.");
export const enabled = z.boolean().default(true).describe("Starts when the host boots.");

/** What a running process was started with. */
export const digests = z.record(z.string().min(1), z.string());

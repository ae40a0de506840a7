import { z } from "zod";

import { jobInputs, plainWhereLeftOut } from "./job.ts";
import { resourceSchema } from "./resource-schema.ts";

const schedule = z
  .strictObject({
    everySec: z.int().positive().optional().describe("Seconds from one start to the next; excludes the others."),
    minute: z.int().min(0).max(59).optional().describe("Minute of the hour; every one where left out."),
    hour: z.int().min(0).max(23).optional().describe("Hour of the day, in the time zone of the host."),
    day: z.int().min(1).max(31).optional().describe("Day of the month."),
    weekday: z.int().min(0).max(6).optional().describe("Day of the week; 0 is Sunday."),
  })
  .refine(
    ({ everySec, ...calendar }) =>
      (everySec === undefined) !== Object.values(calendar).every((part) => part === undefined),
    "give either `everySec`, or at least one of `minute`, `hour`, `day` and `weekday`",
  )
  .refine(
    ({ everySec, minute, hour, day, weekday }) =>
      everySec !== undefined || minute !== undefined || [hour, day, weekday].every((part) => part === undefined),
    "give `minute` too; without it the program starts every minute",
  )
  .refine(
    ({ day, weekday }) => day === undefined || weekday === undefined,
    "give `day` or `weekday`, not both: systemd waits for a day that is both, launchd takes either",
  );

export const timerSchema = resourceSchema({
  type: "groundwork:posix:Timer",
  kind: "timer",
  description: "A program that the service manager of the host starts at given times. A delete stops and removes it.",
  inputs: z.strictObject({
    ...jobInputs,
    schedule: schedule.describe(
      "When it starts; a calendar time that was missed is made up for: on Debian while the host was off, on macOS while it slept.",
    ),
  }),
  outputs: z.object({}),
  replaceOn: ["host", "name"],
  absentMeansNone: plainWhereLeftOut,
  secrets: ["secretEnvironment"],
});

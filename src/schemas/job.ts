// What daemons and timers have in common: a program that the service manager runs.
import { z } from "zod";

import { hostName } from "./host.ts";
import { accountName, plainPath } from "./path.ts";
import { digests, enabled, running } from "./unit.ts";

const line = z.string().regex(/^\P{Cc}*$/u, "leave control characters and line breaks out");
/** Name of an environment variable. */
export const variableName = z.string().regex(/^[A-Za-z_]\w*$/, "give the name of an environment variable");
const variables = z.record(variableName, z.string().regex(/^[^\0]*$/, "leave NUL out"));

export const jobInputs = {
  host: hostName,
  name: z
    .string()
    .regex(/^[a-z0-9][a-z0-9_.-]*$/, "give a short name, such as api")
    .describe("Name of the job; the service manager knows it by this name too."),
  description: line.min(1).optional().describe("One line for those who look at the host."),
  program: plainPath.describe("Absolute path of the program."),
  arguments: z
    .array(z.string().regex(/^[^\0]*$/, "leave NUL out"))
    .default([])
    .describe("Its arguments, one by one; nothing is expanded."),
  environment: variables.default({}).describe("Environment variables; readable by everybody on the host."),
  secretEnvironment: variables
    .optional()
    .describe(
      "Environment variables that are secrets: kept in a file that root alone can read; on macOS its user alone.",
    ),
  user: accountName.optional().describe("User to run as; root where left out."),
  group: accountName.optional().describe("Group to run as; the user's own where left out."),
  workingDirectory: plainPath.optional().describe("Directory to run in; `/` where left out."),
  hardening: z
    .boolean()
    .default(true)
    .describe("No new privileges, read-only /usr, /boot and /etc, and temporary directories of its own; Debian only."),
  running,
  enabled,
  edits: z
    .array(z.string())
    .max(0, "only the machine fills this in: what was changed there by hand")
    .default([])
    .describe("What was changed by hand in its definition on the host. Only `[]` can be declared, so any is drift."),
};

/** A job that says nothing of these is a plain one: of root, in `/`, with no secrets. */
export const plainWhereLeftOut = [
  "description",
  "secretEnvironment",
  "user",
  "group",
  "workingDirectory",
] as const satisfies (keyof typeof jobInputs)[];

export const restartOn = digests
  .optional()
  .describe(
    "What the process reads at its start, by digests, or by `modified` of a File and `unpacked` of an Archive, which change with a repair too; it restarts when it was started with others.",
  );

export const reloadOn = digests
  .optional()
  .describe("Digests of what the process reads anew on SIGHUP, which is how a daemon reloads; most end on it instead.");

// Daemons and timers: what is wanted of them, and how a platform defines them to its service manager.
import type { daemonSchema } from "../../schemas/daemon.ts";
import type { Desired } from "../../schemas/resource-schema.ts";
import type { timerSchema } from "../../schemas/timer.ts";
import type { Command, Fact } from "../host.ts";

/** Programs that groundwork itself defines to the service manager: daemons and timers. */
export interface Jobs {
  /** By name of the job. */
  readonly files: Fact<JobFiles>;
  daemon(job: DaemonJob): Definition;
  timer(job: TimerJob): Definition;
  /** What the service manager cannot do of what a daemon asks, a sentence each. */
  caveats(job: DaemonJob): string[];
  /** What `Services` knows it as. */
  unitOf(kind: "daemon" | "timer", name: string): string;
  /** Where a file of a definition lies. */
  path(file: string): string;
  /** Writes one file of a definition, whole or not at all. */
  write(job: JobOwner, file: string, text: string): Command;
  /** The one account that reads the secret environment of a job. */
  environmentReader(job: JobOwner): string;
  /** Writes the secret environment, readable by that account alone; none removes it. */
  writeEnvironment(job: JobOwner, environment: string | undefined): Command;
  /** Text of a secret environment, as `writeEnvironment` takes it. */
  environment(variables: Readonly<Record<string, string>>): string;
  /** Removes files that override a job's definition. */
  removeOverrides(name: string): Command;
  /** Removes all files of a job. */
  remove(name: string): Command;
}

/** Whose job it is; root's where no user is given. */
export interface JobOwner {
  readonly name: string;
  readonly user?: string | undefined;
}

/** Text by file. */
export type Definition = Readonly<Record<string, string>>;

export interface JobFiles {
  readonly definition: Definition;
  /** SHA-256 of the secret environment's text, and the account that alone can read it; `undefined`: others can too. */
  readonly environment: { readonly digest: string; readonly reader: string | undefined } | undefined;
  /** Files that override the definition. */
  readonly overrides: readonly string[];
}

/** Inputs that no file says. */
type Unwritten = "host" | "running" | "enabled" | "edits";

export type DaemonJob = Omit<
  Desired<typeof daemonSchema>,
  Unwritten | "restartOn" | "reloadOn" | "listens" | "readyTimeoutSec"
>;

export type TimerJob = Omit<Desired<typeof timerSchema>, Unwritten>;

/** What both OnCalendar and StartCalendarInterval can say: a part that is left out matches always. */
export type Schedule = TimerJob["schedule"];

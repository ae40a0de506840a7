// Daemons and timers: what is wanted of them, and how a platform defines them to its service manager.
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

interface Job {
  readonly name: string;
  readonly description?: string | undefined;
  readonly program: string;
  readonly arguments: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly secretEnvironment?: Readonly<Record<string, string>> | undefined;
  readonly user?: string | undefined;
  readonly group?: string | undefined;
  readonly workingDirectory?: string | undefined;
  readonly hardening: boolean;
}

export interface DaemonJob extends Job {
  readonly limits?:
    | {
        readonly memoryMiB?: number | undefined;
        readonly openFiles?: number | undefined;
        readonly tasks?: number | undefined;
      }
    | undefined;
  readonly restart: "always" | "on-failure" | "never";
  readonly after: readonly string[];
  readonly requires: readonly string[];
}

export interface TimerJob extends Job {
  readonly schedule: Schedule;
}

/** What both OnCalendar and StartCalendarInterval can say: a part that is left out matches always. */
export interface Schedule {
  readonly everySec?: number | undefined;
  readonly minute?: number | undefined;
  readonly hour?: number | undefined;
  /** Day of the month, from 1. */
  readonly day?: number | undefined;
  /** 0 is Sunday. */
  readonly weekday?: number | undefined;
}

// A job as a property list of launchd, and its secrets as lines of sh.
import type { DaemonJob, Definition, Schedule, TimerJob } from "../platform.ts";
import { type PlistValue, plist } from "./plist.ts";

export const daemonsDirectory = "/Library/LaunchDaemons";

/** Of a job: what launchd knows it as. */
export const labelOf = (name: string): string => `dev.groundwork.${name}`;
const plistOf = (name: string): string => `${labelOf(name)}.plist`;
const logOf = (name: string): string => `/Library/Logs/groundwork/${name}.log`;
export const environmentFile = (name: string): string => `/etc/groundwork/jobs/${name}.env`;

type Entries = { readonly [key: string]: PlistValue | undefined };
type Program = Pick<DaemonJob, Exclude<keyof DaemonJob, "limits" | "restart" | "after" | "requires">>;

export const daemonPlist = (job: DaemonJob): Definition =>
  file(job, {
    RunAtLoad: true,
    KeepAlive: job.restart === "never" ? undefined : job.restart === "always" || { SuccessfulExit: false },
    // A second, as on Debian: whatever it waits for may be away for long.
    ThrottleInterval: 1,
    // launchd's own 5 seconds are too few for a database to write what it holds.
    ExitTimeOut: 30,
    // Any other is slowed down in favour of what people see.
    ProcessType: "Interactive",
    ...limits(job.limits),
  });

export const timerPlist = (job: TimerJob): Definition => file(job, times(job.schedule));

const file = (job: Program, entries: Entries): Definition => ({
  [plistOf(job.name)]: plist({ Label: labelOf(job.name), ...program(job), ...entries }),
});

/**
 * launchd starts only the very program that it loaded, by its signature, and an upgrade changes that: it gets Apple's shell,
 * which gives way to the program.
 */
const program = (job: Program): Entries => ({
  ProgramArguments: [...(job.secretEnvironment ? reader(job.name) : starter), job.program, ...job.arguments],
  EnvironmentVariables: Object.keys(job.environment).length > 0 ? sorted(job.environment) : undefined,
  UserName: job.user,
  GroupName: job.group === "root" ? "wheel" : job.group,
  WorkingDirectory: job.workingDirectory,
  StandardOutPath: logOf(job.name),
  StandardErrorPath: logOf(job.name),
});

const starter = ["/bin/sh", "-c", 'exec "$0" "$@"'];

/** Everybody may read a property list: secrets are read from their file. */
const reader = (name: string): string[] => [
  "/bin/sh",
  "-c",
  'set -a; . "$0"; set +a; exec "$@"',
  environmentFile(name),
];

/** ResidentSetSize is RLIMIT_AS on macOS, and every process maps more addresses than there is memory: it is no limit for memory. */
function limits({ openFiles }: NonNullable<DaemonJob["limits"]> = {}): Entries {
  // As many as on Debian: launchd's own 256 are too few for who serves many.
  if (openFiles === undefined) return { SoftResourceLimits: { NumberOfFiles: 1024 } };
  const resources: Entries = { NumberOfFiles: openFiles };
  return { SoftResourceLimits: resources, HardResourceLimits: resources };
}

/** What launchd cannot do of what a daemon asks. */
export function caveats({ limits, after, requires }: DaemonJob): string[] {
  const units = [...after, ...requires];
  return [
    ...(limits?.memoryMiB === undefined
      ? []
      : ["macOS has no limit of memory for daemons: limits.memoryMiB is left out"]),
    ...(limits?.tasks === undefined ? [] : ["macOS counts tasks by user, not by daemon: limits.tasks is left out"]),
    ...(units.length === 0
      ? []
      : [
          `launchd knows no order of daemons: it does not wait for ${units.join(", ")}; a program that needs one ends, and is started again`,
        ]),
  ];
}

function times({ everySec, weekday, day, hour, minute }: Schedule): Entries {
  if (everySec !== undefined) return { StartInterval: everySec };
  return { StartCalendarInterval: { Weekday: weekday, Day: day, Hour: hour, Minute: minute } };
}

/** Words of sh: within single quotes nothing is special. */
export const environmentText = (variables: Readonly<Record<string, string>>): string =>
  Object.entries(sorted(variables))
    .map(([key, value]) => `${key}='${value.replaceAll("'", "'\\''")}'\n`)
    .join("");

const sorted = (variables: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(variables).sort(([a], [b]) => (a < b ? -1 : 1)));

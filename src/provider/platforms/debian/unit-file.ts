// A job as systemd unit files: pure text. Values are quoted so that systemd reads back exactly what was given.
import type { DaemonJob, Definition, Schedule, TimerJob } from "../platform.ts";
import { unitName } from "./services.ts";

export const environmentFile = (name: string): string => `/etc/groundwork/jobs/${name}.env`;

type Entries = readonly (readonly [key: string, value: string | number | undefined])[];
type Program = Pick<DaemonJob, Exclude<keyof DaemonJob, "limits" | "restart" | "after" | "requires">>;

export const daemonUnit = (job: DaemonJob): Definition => ({
  [`${job.name}.service`]: file({
    Unit: [
      ["Description", specifiers(job.description ?? job.name)],
      ["Wants", "network-online.target"],
      ["After", ["network-online.target", ...job.after.map(unitName)].join(" ")],
      ["Requires", job.requires.map(unitName).join(" ") || undefined],
      // Whatever it waits for may be away for long; each start comes a second after the other anyway.
      ["StartLimitIntervalSec", 0],
    ],
    Service: [
      ["Type", "exec"],
      ...program(job),
      ["ExecReload", "/bin/kill -HUP $MAINPID"],
      ["Restart", job.restart === "never" ? "no" : job.restart],
      ["RestartSec", 1],
      ["MemoryMax", job.limits?.memoryMiB && `${job.limits.memoryMiB}M`],
      ["LimitNOFILE", job.limits?.openFiles],
      ["TasksMax", job.limits?.tasks],
    ],
    Install: [["WantedBy", "multi-user.target"]],
  }),
});

export const timerUnits = (job: TimerJob): Definition => ({
  [`${job.name}.service`]: file({
    Unit: [["Description", specifiers(job.description ?? job.name)]],
    Service: [["Type", "oneshot"], ...program(job)],
  }),
  [`${job.name}.timer`]: file({
    Unit: [["Description", specifiers(`starts ${job.description ?? job.name}`)]],
    Timer: [...times(job.schedule), ["AccuracySec", "1s"]],
    Install: [["WantedBy", "timers.target"]],
  }),
});

const program = (job: Program): Entries => [
  ["ExecStart", [quoted(job.program), ...job.arguments.map((word) => quoted(word).replaceAll("$", "$$$$"))].join(" ")],
  ...sorted(job.environment).map(([key, value]) => ["Environment", quoted(`${key}=${value}`)] as const),
  ["EnvironmentFile", job.secretEnvironment && environmentFile(job.name)],
  ["User", job.user],
  ["Group", job.group],
  ["WorkingDirectory", job.workingDirectory && specifiers(job.workingDirectory)],
  ...(job.hardening ? hardening : []),
];

const hardening: Entries = [
  ["NoNewPrivileges", "yes"],
  ["ProtectSystem", "full"],
  ["PrivateTmp", "yes"],
];

const weekdays = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];

function times({ everySec, weekday, day, hour, minute }: Schedule): Entries {
  if (everySec !== undefined) {
    return [
      ["OnActiveSec", everySec],
      ["OnUnitActiveSec", everySec],
    ];
  }
  const part = (value: number | undefined): string => (value === undefined ? "*" : String(value).padStart(2, "0"));
  const days = weekday === undefined ? "" : `${weekdays[weekday]} `;
  return [
    ["OnCalendar", `${days}*-*-${part(day)} ${part(hour)}:${part(minute)}:00`],
    ["Persistent", "true"], // made up for when the machine was off
  ];
}

/** systemd.syntax(7): C escapes within double quotes, and `%` begins a specifier. */
const quoted = (word: string): string =>
  `"${specifiers(word).replace(/["\\]/g, "\\$&").replaceAll("\n", "\\n").replaceAll("\t", "\\t").replaceAll("\r", "\\r")}"`;

const specifiers = (text: string): string => text.replaceAll("%", "%%");

/** An EnvironmentFile= as systemd.exec(5) reads it: within double quotes only these four are special. */
export const environmentText = (variables: Readonly<Record<string, string>>): string =>
  sorted(variables)
    .map(([key, value]) => `${key}="${value.replace(/["\\$`]/g, "\\$&")}"\n`)
    .join("");

const sorted = (variables: Readonly<Record<string, string>>): [string, string][] =>
  Object.entries(variables).sort(([a], [b]) => (a < b ? -1 : 1));

const file = (sections: Readonly<Record<string, Entries>>): string =>
  Object.entries(sections)
    .map(([section, entries]) => {
      const lines = entries.flatMap(([key, value]) => (value === undefined ? [] : [`${key}=${value}\n`]));
      return `[${section}]\n${lines.join("")}`;
    })
    .join("\n");

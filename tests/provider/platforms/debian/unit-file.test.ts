import { describe, expect, test } from "vitest";
import { daemonUnit, environmentText, timerUnits } from "../../../../src/provider/platforms/debian/unit-file.ts";
import type { DaemonJob, TimerJob } from "../../../../src/provider/platforms/platform.ts";

const job: DaemonJob = {
  name: "api",
  program: "/usr/bin/node",
  arguments: [],
  environment: {},
  hardening: true,
  restart: "always",
  after: [],
  requires: [],
};
const timer: TimerJob = {
  name: "backup",
  program: "/bin/backup",
  arguments: [],
  environment: {},
  hardening: false,
  schedule: {},
};

const daemonLine = (key: string, values: Partial<DaemonJob>): string | undefined =>
  daemonUnit({ ...job, ...values })
    ["api.service"]?.split("\n")
    .find((line) => line.startsWith(`${key}=`));

describe("a daemon as a unit", () => {
  test("in full", () => {
    const unit = daemonUnit({
      ...job,
      description: "The API, 100%",
      arguments: ["server.mjs", "--verbose"],
      environment: { PORT: "3000", HOME: "/srv/api" },
      secretEnvironment: {},
      user: "api",
      group: "api",
      workingDirectory: "/srv/api",
      limits: { memoryMiB: 512, openFiles: 1024, tasks: 64 },
      after: ["postgresql@17-main"],
      requires: ["data.mount"],
    });
    expect(unit).toEqual({
      "api.service": `[Unit]
Description=The API, 100%%
Wants=network-online.target
After=network-online.target postgresql@17-main.service
Requires=data.mount
StartLimitIntervalSec=0

[Service]
Type=exec
ExecStart="/usr/bin/node" "server.mjs" "--verbose"
Environment="HOME=/srv/api"
Environment="PORT=3000"
EnvironmentFile=/etc/groundwork/jobs/api.env
User=api
Group=api
WorkingDirectory=/srv/api
NoNewPrivileges=yes
ProtectSystem=full
PrivateTmp=yes
ExecReload=/bin/kill -HUP $MAINPID
Restart=always
RestartSec=1
MemoryMax=512M
LimitNOFILE=1024
TasksMax=64

[Install]
WantedBy=multi-user.target
`,
    });
  });

  test("leaves out what is not declared", () => {
    const unit = daemonUnit({ ...job, hardening: false, restart: "never" })["api.service"];
    expect(unit).not.toMatch(/undefined|EnvironmentFile|User|Limit(?!Interval)|Protect|Requires/);
    expect(unit).toContain("Restart=no\n");
  });

  test.each([
    ["a space", "two words", '"two words"'],
    ["a quote and a backslash", String.raw`a"b\c`, String.raw`"a\"b\\c"`],
    ["a specifier", "50%", '"50%%"'],
    ["a variable", "$HOME", '"$$HOME"'],
    ["a line break", "a\nb", String.raw`"a\nb"`],
    ["nothing", "", '""'],
    ["a semicolon", ";", '";"'],
  ])("quotes %s in an argument", (_, argument, written) => {
    expect(daemonLine("ExecStart", { arguments: [argument] })).toBe(`ExecStart="/usr/bin/node" ${written}`);
  });

  test("expands no variable in the environment, whatever it holds", () => {
    expect(daemonLine("Environment", { environment: { X: '$Y %h "' } })).toBe(String.raw`Environment="X=$Y %%h \""`);
  });
});

describe("a timer as units", () => {
  const when = (schedule: TimerJob["schedule"]): string | undefined =>
    timerUnits({ ...timer, schedule })
      ["backup.timer"]?.match(/^On.*$/gm)
      ?.join(" ");

  test.each([
    [{ minute: 5 }, "OnCalendar=*-*-* *:05:00"],
    [{ hour: 3, minute: 0 }, "OnCalendar=*-*-* 03:00:00"],
    [{ weekday: 0, hour: 3, minute: 0 }, "OnCalendar=Sun *-*-* 03:00:00"],
    [{ day: 1, hour: 0, minute: 30 }, "OnCalendar=*-*-01 00:30:00"],
    [{ everySec: 90 }, "OnActiveSec=90 OnUnitActiveSec=90"],
  ])("%j", (schedule, written) => {
    expect(when(schedule)).toBe(written);
  });

  test("make up for missed calendar times, and run once at a time", () => {
    const units = timerUnits({ ...timer, schedule: { hour: 3, minute: 0 } });
    expect(units["backup.timer"]).toContain("Persistent=true\n");
    expect(units["backup.service"]).toContain('Type=oneshot\nExecStart="/bin/backup"\n');
  });
});

test("a secret environment is sorted and quoted as systemd reads it", () => {
  expect(environmentText({ B: 'q"\\$`', A: "a b\nc" })).toBe('A="a b\nc"\nB="q\\"\\\\\\$\\`"\n');
});

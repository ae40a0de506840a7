import { afterAll, beforeAll, describe, expect, test } from "vitest";

import daemon from "../../../src/provider/resources/daemon.ts";
import { differences } from "../../../src/provider/rpc/diff.ts";
import type { Values } from "../../../src/provider/values.ts";
import { daemonSchema } from "../../../src/schemas/daemon.ts";
import { canRunLab, whyNoLab } from "../../support/lab.ts";
import { type Machine, machine } from "../../support/machine.ts";

/** Answers one line for each connection: its arguments and environment. */
const server = String.raw`#!/usr/bin/perl
use IO::Socket::INET; use IO::Handle;
my $port = shift @ARGV;
my $l = IO::Socket::INET->new(LocalAddr => "127.0.0.1", LocalPort => $port, Listen => 5, ReuseAddr => 1) or die "port $port: $!\n";
while (my $c = $l->accept) { print $c join("\x1e", @ARGV, map { "$_=$ENV{$_}" } grep { /^GW_/ } sort keys %ENV); close $c }
`;
const ask = `perl -MIO::Socket::INET -e 'my $s = IO::Socket::INET->new("127.0.0.1:3999") or die; print <$s>'`;

const nasty = ["two words", `a"b'c\\d`, `50% $HOME \${HOME}`, "line\nbreak\ttab", "", "-x", ";", "schön"];
const secret = `s3cret "canary" \\ $HOME \` 'q' % # ü\nsecond line`;

const named = (values: Values = {}): Values =>
  daemonSchema.inputs.parse({
    host: "control",
    name: "echo",
    program: "/usr/local/bin/echo server",
    arguments: ["3999", ...nasty],
    environment: { GW_PLAIN: `v"1\\ $X %h` },
    secretEnvironment: { GW_SECRET: secret },
    user: "nobody",
    limits: { memoryMiB: 128, openFiles: 256, tasks: 16 },
    listens: [{ port: 3999 }],
    ...values,
  });

describe.skipIf(!canRunLab)(`Daemon on a lab host ${whyNoLab && `(skipped: ${whyNoLab})`}`, () => {
  let host: Machine;

  beforeAll(async () => {
    host = await machine("test-daemon", "control");
    await host.shell(`for name in echo packaged reloads; do
        systemctl disable --now $name 2>/dev/null || :
        rm -rf /etc/systemd/system/$name.service*
      done
      rm -rf /etc/groundwork /var/lib/groundwork/jobs /var/lib/groundwork/services
      systemctl daemon-reload
      cat >'/usr/local/bin/echo server' <<'PROGRAM'\n${server}\nPROGRAM
      chmod 755 '/usr/local/bin/echo server'`);
  });
  afterAll(() => host?.close());

  const process = (): Promise<string> => host.shell("systemctl show -p InvocationID --value echo");

  test("runs with exactly the arguments and environment it was given", async () => {
    expect(await host.drifted(daemon, named())).toBe("gone");
    await host.apply(daemon, named());
    const answer = (await host.shell(ask)).split("\x1e");
    expect(answer).toEqual([...nasty, `GW_PLAIN=v"1\\ $X %h`, `GW_SECRET=${secret}`]);
    expect(await host.drifted(daemon, named())).toEqual([]);
    expect(
      await host.shell("systemctl is-enabled echo; systemctl show -p User,LimitNOFILE,MemoryMax,TasksMax echo"),
    ).toBe("enabled\nMemoryMax=134217728\nTasksMax=16\nLimitNOFILE=256\nUser=nobody");
    const before = await process();
    await host.apply(daemon, named());
    expect(await process()).toBe(before);
  });

  test("keeps secrets in a file of root's alone, in no unit, record or argument", async () => {
    expect(await host.shell("stat -c '%a %U' /etc/groundwork/jobs/echo.env")).toBe("600 root");
    const seen = "grep -rl canary /etc /var/lib/groundwork /run/systemd /proc/[0-9]*/cmdline 2>/dev/null || :";
    expect(await host.shell(seen)).toBe("/etc/groundwork/jobs/echo.env");
  });

  const unit = "/etc/systemd/system/echo.service";
  test.each([
    ["stopped", "systemctl stop echo", ["running"]],
    ["disabled", "systemctl disable --quiet echo", ["enabled"]],
    ["an edited unit", `sleep 1; sed -i 's/^User=.*/User=root/' ${unit}`, ["running", "edits"]],
    [
      "an edited unit that runs",
      `sleep 1; echo Nice=5 >>${unit}; systemctl daemon-reload; systemctl restart echo`,
      ["running", "edits"],
    ],
    [
      "a drop-in",
      "mkdir -p /etc/systemd/system/echo.service.d; printf '[Service]\\nNice=5\\n' >/etc/systemd/system/echo.service.d/x.conf; systemctl daemon-reload",
      ["edits"],
    ],
    ["an edited secret environment", "echo X=1 >>/etc/groundwork/jobs/echo.env", ["secretEnvironment", "running"]],
    ["a readable secret environment", "chmod 644 /etc/groundwork/jobs/echo.env", ["secretEnvironment"]],
    ["a removed secret environment", "rm /etc/groundwork/jobs/echo.env", ["secretEnvironment", "running"]],
  ])("shows and repairs %s", async (_, harm, properties) => {
    await host.shell(harm);
    expect((await host.drifted(daemon, named())).toString().split(",").sort()).toEqual([...properties].sort());
    const before = await process();
    await host.apply(daemon, named());
    expect(await host.drifted(daemon, named())).toEqual([]);
    if (properties[0] !== "enabled") expect(await process()).not.toBe(before);
    expect(await host.shell("systemctl show -p User,Nice,NeedDaemonReload echo; systemctl is-active echo")).toBe(
      "Nice=0\nUser=nobody\nNeedDaemonReload=no\nactive",
    );
  });

  test("says which lines were edited", async () => {
    await host.shell(`sed -i 's/^User=.*/User=root/' ${unit}`);
    expect((await host.read(daemon, named()))?.["edits"]).toEqual([
      "echo.service: without User=nobody",
      "echo.service: with User=root",
    ]);
    await host.apply(daemon, named());
  });

  test("finds an edit whatever the clock says (fault 22)", async () => {
    await host.shell(
      `cp -p ${unit} /tmp/echo.unit; sed -i 's/RestartSec=1/RestartSec=9/' ${unit}; touch -r /tmp/echo.unit ${unit}`,
    );
    expect(await host.drifted(daemon, named())).toContain("edits");
    await host.apply(daemon, named());
    expect(await host.drifted(daemon, named())).toEqual([]);
  });

  test("is listed", async () => {
    expect(await daemon.list?.(await host.connected())).toEqual(["echo"]);
  });

  test("a removed unit file is gone, and is made again", async () => {
    for (const harm of [`rm ${unit}; systemctl daemon-reload`, `rm ${unit}`]) {
      await host.shell(harm);
      expect(await host.drifted(daemon, named())).toBe("gone");
      await host.apply(daemon, named());
      expect(await host.drifted(daemon, named())).toEqual([]);
    }
  });

  test("a change shows at its property, and restarts", async () => {
    const changed = named({ arguments: ["3999", "new"], restartOn: { template: "one" } });
    expect(await host.drifted(daemon, changed)).toEqual(["arguments", "restartOn.template"]);
    await host.apply(daemon, changed);
    expect(await host.shell(ask)).toContain("new\x1eGW_PLAIN");
    expect(await host.drifted(daemon, changed)).toEqual([]);
  });

  test("what the program leaves out is taken away, whoever put it there and whenever", async () => {
    const all = { description: "Echoes", group: "daemon", workingDirectory: "/srv" };
    const none = Object.fromEntries([...Object.keys(all), "secretEnvironment", "user", "limits"].map((key) => [key]));
    const seen = () =>
      host.shell(
        "systemctl show -p User,Group,MemoryMax,WorkingDirectory,Description echo | sort; ls /etc/groundwork/jobs",
      );
    const state = await host.apply(daemon, named(all));
    expect(await seen()).toBe(
      "Description=Echoes\nGroup=daemon\nMemoryMax=134217728\nUser=nobody\nWorkingDirectory=/srv\necho.env",
    );
    const bare = named(none);
    expect(
      differences(daemonSchema, state, bare)
        .map(({ path }) => path.join("."))
        .sort(),
    ).toEqual(Object.keys(none).sort());
    expect((await host.drifted(daemon, bare)).toString().split(",").sort()).toEqual(Object.keys(none).sort());
    await host.apply(daemon, bare, state);
    expect(await seen()).toBe("Description=echo\nGroup=\nMemoryMax=infinity\nUser=\nWorkingDirectory=");
    expect(await host.drifted(daemon, bare)).toEqual([]);
    await host.apply(daemon, named());
  });

  test("one that crashes at its start, or never listens, is an error with its last words", async () => {
    const crashes = named({ program: "/bin/sh", arguments: ["-c", "echo no database >&2; exit 4"] });
    await expect(host.apply(daemon, crashes)).rejects.toThrow(/echo.service did not stay up[\s\S]*no database/);
    const deaf = named({ program: "/bin/sleep", arguments: ["infinity"], readyTimeoutSec: 2 });
    await expect(host.apply(daemon, deaf)).rejects.toThrow(/nothing listens at port 3999/);
    await host.apply(daemon, named());
    expect(await host.drifted(daemon, named())).toEqual([]);
  });

  test("is imported by its name, without its secrets", async () => {
    const imported = await daemon.read(await host.connected(), { host: "control", ...daemon.identify("echo") }, true);
    expect(imported).toMatchObject({
      program: "/usr/local/bin/echo server",
      arguments: ["3999", ...nasty],
      user: "nobody",
    });
    expect(JSON.stringify(imported)).not.toContain("canary");
  });

  test("takes the place of a package's unit, which is back, stopped, after a delete", async () => {
    const unit = "/usr/lib/systemd/system/packaged.service";
    await host.shell(`printf '[Service]\\nExecStart=/bin/sleep 1000\\n[Install]\\nWantedBy=multi-user.target\\n' >${unit}
      systemctl daemon-reload; systemctl enable --now --quiet packaged`);
    const ours = named({ name: "packaged", program: "/bin/sleep", arguments: ["2000"], listens: [] });
    expect(await host.drifted(daemon, ours)).toBe("gone");
    await host.apply(daemon, ours);
    expect(await host.drifted(daemon, ours)).toEqual([]);
    expect(await host.shell("ps -o args= -p $(systemctl show -P MainPID packaged)")).toBe("/bin/sleep 2000");

    await host.remove(daemon, ours);
    const seen = "systemctl show -p FragmentPath,ActiveState,UnitFileState --value packaged";
    expect((await host.shell(seen)).split("\n").sort()).toEqual([unit, "disabled", "inactive"]);
    await host.shell(`rm ${unit}; systemctl daemon-reload`);
  });

  test("a reload is a SIGHUP to the same process; what it was reloaded with is known", async () => {
    const script = "trap 'date +%N >/tmp/reloaded' HUP; while :; do sleep 0.1; done";
    const reloads = (key: string) =>
      named({
        name: "reloads",
        program: "/bin/sh",
        arguments: ["-c", script],
        user: undefined,
        hardening: false,
        listens: [],
        reloadOn: { key },
      });
    const main = () => host.shell("systemctl show -P MainPID reloads");
    await host.apply(daemon, reloads("one"));
    const before = await main();
    expect(await host.drifted(daemon, reloads("two"))).toEqual(["reloadOn.key"]);
    await host.apply(daemon, reloads("two"));
    await expect.poll(() => host.shell("wc -l </tmp/reloaded")).toBe("1");
    expect(await main()).toBe(before);
    expect(await host.drifted(daemon, reloads("two"))).toEqual([]);
    await host.remove(daemon, reloads("two"));
  });

  test("a unit of somebody else, with what overrides it, is shown, and comes back with the delete", async () => {
    await host.shell(
      `cd /etc/systemd/system; mkdir -p other.service.d
      printf '[Service]\\nExecStart=/bin/sleep 1000\\n' >other.service
      printf '[Service]\\nNice=5\\n' >other.service.d/own.conf; systemctl daemon-reload`,
    );
    const other = named({ name: "other", program: "/bin/sleep", arguments: ["infinity"], listens: [] });
    expect(await host.drifted(daemon, other)).toContain("edits");
    await host.apply(daemon, other);
    expect(await host.drifted(daemon, other)).toEqual([]);
    expect(await host.shell("systemctl show -P Nice other")).toBe("0");
    await host.remove(daemon, other);
    expect(await host.shell("systemctl cat other | grep -v '^#' | xargs")).toBe(
      "[Service] ExecStart=/bin/sleep 1000 [Service] Nice=5",
    );
    expect(await host.shell("cd /var/lib/groundwork; find replaced before -name '*other*'")).toBe("");
    await host.shell("rm -r /etc/systemd/system/other.service*; systemctl daemon-reload");
  });

  test("what overrides a package's unit is shown before it is taken away, and comes back with the delete", async () => {
    const unit = "/usr/lib/systemd/system/packaged.service";
    const override = "/etc/systemd/system/packaged.service.d/own.conf";
    await host.shell(`printf '[Service]\\nExecStart=/bin/sleep 1000\\n' >${unit}
      mkdir -p ${override.replace("/own.conf", "")}; printf '[Service]\\nNice=5\\n' >${override}; systemctl daemon-reload`);
    const ours = named({ name: "packaged", program: "/bin/sleep", arguments: ["2000"], listens: [], running: false });
    expect(await host.drifted(daemon, ours)).toContain("edits");
    await host.apply(daemon, ours);
    expect(await host.drifted(daemon, ours)).toEqual([]);
    await host.remove(daemon, ours);
    expect(await host.shell("systemctl show -P Nice packaged")).toBe("5");
    await host.shell(`rm -r ${unit} ${override}; systemctl daemon-reload`);
  });

  test("a delete removes all of it, twice, also a process whose unit file is gone", async () => {
    await host.shell(`rm ${unit}; systemctl daemon-reload; systemctl is-active echo`);
    for (let turn = 0; turn < 2; turn++) await host.remove(daemon, named());
    expect(await host.drifted(daemon, named())).toBe("gone");
    expect(
      await host.shell("find /etc/systemd /var/lib/groundwork/jobs -name '*echo*'; ls -d /etc/groundwork* || :"),
    ).toBe("");
    expect(await host.shell("systemctl show -p LoadState,ActiveState --value echo")).toBe("not-found\ninactive");
  });
});

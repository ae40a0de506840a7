// A daemon that serves is changed to one that does not: the previous one serves again.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";

import { Unreachable } from "../../../src/provider/errors.ts";
import daemon from "../../../src/provider/resources/daemon.ts";
import type { Values } from "../../../src/provider/values.ts";
import { daemonSchema } from "../../../src/schemas/daemon.ts";
import { losing } from "../../contract/sessions.ts";
import { canRunLab, whyNoLab } from "../../support/lab.ts";
import { type Machine, machine } from "../../support/machine.ts";

const program = "/usr/local/bin/answers";
/** Answers one line for each connection: its arguments, a secret, and its account. */
const server = String.raw`use IO::Socket::INET;
my $port = shift @ARGV;
my $l = IO::Socket::INET->new(LocalAddr => "127.0.0.1", LocalPort => $port, Listen => 5, ReuseAddr => 1) or die "port $port: $!\n";
while (my $c = $l->accept) { print $c join(" ", @ARGV, $ENV{GW_SECRET}, scalar getpwuid $>); close $c }
`;
const ask = `perl -MIO::Socket::INET -e 'my $s = IO::Socket::INET->new("127.0.0.1:3998") or die "nobody answers\n"; print <$s>'`;

const systems = {
  debian: {
    account: "www-data",
    unit: "answers.service",
    definition: "/etc/systemd/system/answers.service",
    clear: "systemctl disable --now answers; rm -rf /etc/systemd/system/answers.*; systemctl daemon-reload",
  },
  mac: {
    account: "_www",
    unit: "dev.groundwork.answers",
    definition: "/Library/LaunchDaemons/dev.groundwork.answers.plist",
    clear: `launchctl bootout system/dev.groundwork.answers; rm -rf /Library/LaunchDaemons/dev.groundwork.answers.*
      while launchctl print system/dev.groundwork.answers; do sleep 0.1; done`,
  },
} as const;
const title = "a changed Daemon that does not start";
const every = ["debian", "mac"] as const;

describe.skipIf(!canRunLab).each(every)(`${title}, on %s ${whyNoLab && `(skipped: ${whyNoLab})`}`, (system) => {
  const { account, unit, definition, clear } = systems[system];
  const files = `${definition} /etc/groundwork/jobs/answers.env /var/lib/groundwork/jobs/answers`;
  let host: Machine;

  const wanted = (values: Values = {}): Values =>
    daemonSchema.inputs.parse({
      host: "control",
      name: "answers",
      program: "/usr/bin/perl",
      arguments: [program, "3998", "one"],
      secretEnvironment: { GW_SECRET: "first" },
      user: account,
      listens: [{ port: 3998 }],
      ...values,
    });
  const crashes = (values: Values = {}) =>
    wanted({
      program: "/bin/sh",
      arguments: ["-c", "echo no database >&2; exit 4"],
      secretEnvironment: { GW_SECRET: "second" },
      user: "nobody",
      ...values,
    });

  const serves = () => host.shell(ask);
  /** All that defines it, to the byte, and whose it is. */
  const defined = () => host.shell(`cat ${files}; ls -ln ${files} | tr -s ' ' | cut -d ' ' -f 1-4`);
  /** What nobody needs once an operation has ended. */
  const left = () =>
    host.shell(`find /var/lib/groundwork/before -type f 2>/dev/null || :; ls -d ${definition}?* 2>/dev/null || :`);
  /** Loses the connection before the n-th write of a change that fails anyway. */
  const interrupted = async (nth: number): Promise<boolean> => {
    const error = await daemon.apply(losing(await host.connected(), nth), crashes()).catch((error: unknown) => error);
    return error instanceof Unreachable;
  };

  beforeAll(async () => {
    host = await machine(`test-daemon-back-${system}`, "control", system);
    await host.shell(`mkdir -p /usr/local/bin; cat >${program} <<'PROGRAM'\n${server}\nPROGRAM`);
  });
  beforeEach(async () => {
    await host.shell(`{ ${clear}; rm -rf /etc/groundwork/jobs /var/lib/groundwork; } >/dev/null 2>&1 || :`);
  });
  afterAll(() => host?.close());

  /** What the provider does alike on every platform. */
  const once = test.runIf(system === "debian");

  test("one that crashes: the previous one serves again, and the next run works", () =>
    goesBack(crashes(), /did not stay up after restart[\s\S]*no database/));

  once.each([
    ["never listens", crashes({ arguments: ["-c", "sleep 1000"], readyTimeoutSec: 2 }), /nothing listens at port 3998/],
    [
      "is no program",
      crashes({ program: "/usr/local/bin/absent", secretEnvironment: undefined }),
      // The journal of a busy host may lack the line that names the program.
      /did not stay up after restart[\s\S]*(absent: (cannot execute: )?No such file|status=203\/EXEC)/,
    ],
    [
      "differs in its secret alone",
      wanted({ secretEnvironment: { PERL5OPT: "-Mabsent" } }),
      /did not stay up after restart[\s\S]*absent/,
    ],
  ])("one that %s: so, too", (_, broken, why) => goesBack(broken, why));

  async function goesBack(broken: Values, why: RegExp): Promise<void> {
    await host.apply(daemon, wanted());
    const before = await defined();
    expect(await serves()).toBe(`one first ${account}`);

    const failed = host.apply(daemon, broken, wanted());
    await expect(failed).rejects.toThrow(why);
    await expect(failed).rejects.toThrow(
      new RegExp(
        `^control: "restart ${unit} and wait until it listens at 3998 .*rolled back: ${unit} runs again as it was defined before.*run again`,
        "s",
      ),
    );
    expect(await serves()).toBe(`one first ${account}`);
    expect(await defined()).toBe(before);
    expect(await left()).toBe("");
    expect(await host.drifted(daemon, broken)).not.toEqual([]);
    expect(await host.drifted(daemon, wanted())).toEqual([]);

    const mended = wanted({ arguments: [program, "3998", "two"] });
    await host.apply(daemon, mended);
    expect(await serves()).toBe(`two first ${account}`);
    expect(await host.drifted(daemon, mended)).toEqual([]);
  }

  once("wherever the connection is lost, the next run tries anew, and goes back to what last served", async () => {
    for (let nth = 1, lost = true; lost; nth++) {
      await host.apply(daemon, wanted());
      const before = await defined();
      lost = await interrupted(nth);
      await expect(host.apply(daemon, crashes()), `lost before write ${nth}`).rejects.toThrow(/rolled back/);
      expect(await serves(), `lost before write ${nth}`).toBe(`one first ${account}`);
      expect(await defined(), `lost before write ${nth}`).toBe(before);
      expect(await left()).toBe("");
    }
  });

  once.each([
    ["stops it", () => host.apply(daemon, wanted({ running: false }))],
    ["wants the previous one", () => host.apply(daemon, wanted())],
    ["removes it", () => host.remove(daemon, wanted())],
  ])("after a run that ended half-way, one that %s leaves nothing of the way back", async (_, next) => {
    for (let nth = 1; (await left()) === ""; nth++) {
      await host.apply(daemon, wanted());
      expect(await interrupted(nth)).toBe(true);
    }
    await next();
    expect(await left()).toBe("");
  });

  test("where the previous one does not start either, both are told, and its definition is back", async () => {
    await host.apply(daemon, wanted());
    const before = await defined();
    await host.shell(`mv ${program} ${program}.gone`);
    const failed = host.apply(daemon, crashes());
    await expect(failed).rejects.toThrow(
      /neither as it is defined now[\s\S]*no database[\s\S]*As it was before[\s\S]*answers/,
    );
    await expect(failed).rejects.not.toThrow(/runs again/);
    expect(await defined()).toBe(before);
    await host.shell(`mv ${program}.gone ${program}`);
    await host.apply(daemon, wanted());
    expect(await serves()).toBe(`one first ${account}`);
  });

  test("where a file cannot be written, the others are put back, and the previous process goes on", async () => {
    await host.apply(daemon, wanted());
    const before = await defined();
    const process = await host.shell("pgrep -f 3998 | sort");
    await host.shell("cd /var/lib/groundwork && mv jobs aside && true >jobs");
    await expect(host.apply(daemon, crashes())).rejects.toThrow(
      /^control: "record write jobs answers" .*File exists[\s\S]*; what was written of answers is taken back$/,
    );
    await host.shell("cd /var/lib/groundwork && rm jobs && mv aside jobs");
    expect(await host.shell("pgrep -f 3998 | sort")).toBe(process);
    expect(await defined()).toBe(before);
    expect(await left()).toBe("");
    await host.apply(daemon, wanted({ arguments: [program, "3998", "two"] }));
    expect(await serves()).toBe(`two first ${account}`);
  });

  test("a connection that is lost while it starts: the host goes back by itself", async () => {
    await host.apply(daemon, wanted());
    const before = await defined();
    const deaf = crashes({ arguments: ["-c", "sleep 1001"], readyTimeoutSec: 4 });
    const failed = host.apply(daemon, deaf).catch((error: unknown) => error);
    await expect.poll(() => host.shell("pgrep -f 'sleep 1001' || :"), { timeout: 20_000 }).not.toBe("");
    await host.shell("kill -9 $(pgrep -f root@notty)");
    expect(await failed).toBeInstanceOf(Unreachable);
    await host.close();
    expect(await host.shell(`${ask} || echo nobody`)).toBe("nobody");

    await expect.poll(() => host.shell(`${ask} || :`), { timeout: 30_000 }).toBe(`one first ${account}`);
    expect(await defined()).toBe(before);
    await host.apply(daemon, wanted({ arguments: [program, "3998", "two"] }));
    expect(await serves()).toBe(`two first ${account}`);
  });

  test("a program that a package replaced is started again when it ends", async () => {
    const perl = "/usr/local/bin/perl-of-a-package";
    await host.shell(`cp "$(realpath /usr/bin/perl)" ${perl}`);
    const packaged = wanted({ program: perl, secretEnvironment: undefined, environment: { GW_SECRET: "plain" } });
    await host.apply(daemon, packaged);
    await host.shell(`cp ${perl} ${perl}.new; mv ${perl}.new ${perl}; kill $(pgrep -f "^${perl} .*3998")`);
    await expect.poll(() => host.shell(`${ask} || :`), { timeout: 20_000 }).toBe(`one plain ${account}`);
    expect(await host.drifted(daemon, packaged)).toEqual([]);
  });

  test("one that ended of itself starts as it is defined now", async () => {
    await host.apply(daemon, wanted({ restart: "never" }));
    await host.shell("kill $(pgrep -f '^/usr/bin/perl .*3998'); sleep 1");
    const other = wanted({ restart: "never", arguments: [program, "3998", "two"] });
    await host.apply(daemon, other);
    expect(await serves()).toBe(`two first ${account}`);
    expect(await host.drifted(daemon, other)).toEqual([]);
  });

  test("a new one has nothing to go back to: it stays, and the error says what to do", async () => {
    await expect(host.apply(daemon, crashes())).rejects.toThrow(
      new RegExp(
        `^control: "start ${unit} and wait until it listens at 3998 .*did not stay up after start.*Mend what it complains of and run again.*no database`,
        "s",
      ),
    );
    expect(await left()).toBe("");
    await host.apply(daemon, wanted());
    expect(await serves()).toBe(`one first ${account}`);
  });
});

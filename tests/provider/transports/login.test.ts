import { buffer, text } from "node:stream/consumers";
import { beforeAll, describe, expect, test } from "vitest";
import { connect } from "../../../src/provider/transports/connect.ts";
import { NoShell, SudoMissing, SudoPasswordRefused, SudoRefused } from "../../../src/provider/transports/errors.ts";
import type { Runner } from "../../../src/provider/transports/runner.ts";
import { openStreams } from "../../../src/provider/transports/streams.ts";
import type { HostConnection } from "../../../src/schemas/host.ts";
import { canRunLab, type TestLab, whyNoLab } from "../../support/lab.ts";
import { password, settings, startTransportLab } from "./accounts.ts";

let lab: TestLab;

describe.skipIf(!canRunLab).each(["ssh", "openssh"] as const)(`login by %s ${whyNoLab}`, (transport) => {
  beforeAll(async () => {
    lab = await startTransportLab();
  }, 180_000);

  async function withRunner<T>(fields: Partial<HostConnection>, use: (runner: Runner) => Promise<T>): Promise<T> {
    const runner = await connect("one", settings(lab, "one", { transport, ...fields }));
    try {
      return await use(runner);
    } finally {
      await runner.close();
    }
  }
  const whoAmI = async (runner: Runner) => (await runner.request({ argv: ["id", "-un"] })).stdout.toString();
  const big = Buffer.alloc(2_000_000, "0123456789\0\xff\r\n\x03\x04\x11\x13\x1a", "latin1");

  test.each(["plain", "free", "terminal", "terminal-free", "lectured", "forgotten"])(
    "fault 14: %s becomes root, once and for long commands, and bytes pass unharmed",
    { timeout: 30_000 },
    async (user) => {
      await withRunner({ user, sudo: { password } }, async (runner) => {
        expect(await whoAmI(runner)).toBe("root\n");
        expect((await runner.request({ argv: ["cat"], stdin: big })).stdout.equals(big)).toBe(true);
        const lines: string[] = [];
        const script = "id -un; echo aside >&2; exit 3";
        const answer = await runner.long({ argv: ["sh", "-c", script] }, (line) => lines.push(line));
        expect(answer.exitCode).toBe(3);
        expect(lines.sort()).toEqual(["aside", "root"]);
      });
    },
  );

  test("fault 14: without a password where none is asked", async () => {
    expect(await withRunner({ user: "free", sudo: {} }, whoAmI)).toBe("root\n");
  });

  test.each(["plain", "terminal"])(
    "fault 14: the wrong password of %s is refused at once, and is not shown",
    { timeout: 20_000 },
    async (user) => {
      const attempt = withRunner({ user, sudo: { password: "wrong-canary" } }, whoAmI);
      const error = await attempt.catch((reason: Error) => reason);
      expect(error).toBeInstanceOf(SudoPasswordRefused);
      expect(String(error)).toMatch(
        /refused the password; correct it: pulumi config set --secret --path 'groundwork:hosts\.one\.connection\.sudo\.password'/,
      );
      expect(String(error)).not.toContain("wrong-canary");
    },
  );

  test("fault 14: a password is asked for, and none is there", async () => {
    const attempt = withRunner({ user: "plain", sudo: {} }, whoAmI);
    await expect(attempt).rejects.toThrow(SudoPasswordRefused);
    await expect(withRunner({ user: "plain", sudo: {} }, whoAmI)).rejects.toThrow(
      /none is given; give it: pulumi config set --secret --path 'groundwork:hosts\.one\./,
    );
  });

  test("fault 14: no rule for the user", async () => {
    const attempt = withRunner({ user: "nobodys", sudo: { password } }, whoAmI);
    await expect(attempt).rejects.toThrow(SudoRefused);
  });

  test.each(["plain", "free", "noisy", "fishy"])("streams of a program of %s are its own, as root", async (user) => {
    const streams = await openStreams("one", settings(lab, "one", { transport, user, sudo: { password } }));
    try {
      const { stdin, stdout, stderr, ended } = await streams.run([
        "sh",
        "-c",
        "cat; printf '%s' \"$(id -un) $1\" >&2; exit 3",
        "",
        "it's\nroot",
      ]);
      stdin.end(big);
      expect((await buffer(stdout)).equals(big)).toBe(true);
      expect(await text(stderr)).toBe("root it's\nroot");
      expect((await ended).exitCode).toBe(3);
    } finally {
      await streams.close();
    }
  });

  test.each(["noisy", "fishy", "seashell"])("fault 15: the shell and profile of %s do not matter", async (user) => {
    await withRunner({ user, sudo: { password } }, async (runner) => {
      expect(await whoAmI(runner)).toBe("root\n");
      expect((await runner.request({ argv: ["cat"], stdin: big })).stdout.equals(big)).toBe(true);
    });
    expect(await withRunner({ user }, whoAmI)).toBe(`${user}\n`);
  });

  test("fault 15: output that is not UTF-8 arrives as it is", async () => {
    const { stdout } = await withRunner({ user: "noisy" }, (runner) =>
      runner.request({ argv: ["printf", "caf\\351"] }),
    );
    expect(stdout).toEqual(Buffer.from("caf\xe9", "latin1"));
  });

  test("fault 15: an account without a shell says so", async () => {
    const attempt = withRunner({ user: "closed" }, whoAmI);
    await expect(attempt).rejects.toThrow(NoShell);
    await expect(withRunner({ user: "closed" }, whoAmI)).rejects.toThrow(/not available.*login shell/s);
  });

  test("fault 22: locale, time zone, umask and folder of the login do not reach commands", async () => {
    const script = "echo $LC_ALL $(umask) $PWD; ls /nowhere; date -d @0 +%H >/dev/null";
    const argv = ["sh", "-c", script];
    const { stdout, stderr } = await withRunner({ user: "noisy" }, (runner) => runner.request({ argv }));
    expect(stdout.toString()).toBe("C 0077 /\n");
    expect(stderr).toMatch(/No such file or directory/);
  });
});

test.skipIf(!canRunLab)(`fault 14: no sudo on the host ${whyNoLab}`, { timeout: 60_000 }, async () => {
  lab = await startTransportLab();
  await lab.ssh("two", [
    "sh",
    "-c",
    "id keeper || useradd -m keeper; cp -r /root/.ssh /home/keeper; chown -R keeper /home/keeper",
  ]);
  await lab.ssh("two", ["mv", "/usr/bin/sudo", "/usr/bin/sudo.away"]);
  try {
    const attempt = connect("two", settings(lab, "two", { user: "keeper", sudo: {} }));
    await expect(attempt).rejects.toThrow(SudoMissing);
  } finally {
    await lab.ssh("two", ["mv", "/usr/bin/sudo.away", "/usr/bin/sudo"]);
  }
});

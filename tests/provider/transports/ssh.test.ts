import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { copyFile, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { connect } from "../../../src/provider/transports/connect.ts";
import {
  AuthenticationFailed,
  ConnectionMisconfigured,
  ConnectionRefused,
  ConnectionTimeout,
  HostKeyRefused,
  NameNotResolved,
} from "../../../src/provider/transports/errors.ts";
import type { HostConnection } from "../../../src/schemas/host.ts";
import { canRunLab, type TestLab, whyNoLab } from "../../support/lab.ts";
import { settings, startTransportLab } from "./accounts.ts";
import { startProxy } from "./proxy.ts";

let lab: TestLab;
let folder: string;

const system = (program: string, args: string[], env = process.env) => {
  const { status, stdout, stderr } = spawnSync(program, args, { encoding: "utf8", env });
  if (status !== 0) throw new Error(`${program}: ${stderr}`);
  return stdout;
};
const file = async (name: string, text: string): Promise<string> => {
  await writeFile(join(folder, name), text, { mode: 0o600 });
  return join(folder, name);
};
/** Connects, says who is there, closes. */
async function greet(name: string, connection: HostConnection): Promise<string> {
  const runner = await connect(name, connection);
  try {
    return (await runner.request({ argv: ["sh", "-c", "hostname; id -un"] })).stdout.toString();
  } finally {
    await runner.close();
  }
}
const failure = async (connection: HostConnection): Promise<Error> => {
  const error = await greet("one", connection).catch((reason: Error) => reason);
  if (!(error instanceof Error)) throw new Error(`connected: ${error}`);
  return error;
};

describe.skipIf(!canRunLab).each(["ssh", "openssh"] as const)(
  `a host over %s ${whyNoLab}`,
  { timeout: 20_000 },
  (transport) => {
    beforeAll(async () => {
      lab = await startTransportLab();
      folder = await mkdtemp(join(tmpdir(), "groundwork-test-"));
    }, 180_000);
    afterAll(() => rm(folder, { recursive: true }));

    const one = (fields: Partial<HostConnection> = {}) => settings(lab, "one", { transport, ...fields });
    const keyOf = async (host: string) => {
      const lines = (await readFile(lab.knownHosts, "utf8")).split("\n");
      const [, type, key] = lines.find((line) => line.startsWith(`${lab.address(host)} `))!.split(" ");
      return `${type} ${key}`;
    };

    test("one connection, however many requests and long commands", async () => {
      const logins = async () => {
        const script =
          "journalctl -u ssh -o cat | grep -c 'Accepted publickey for free'; journalctl -u ssh -o cat | grep -c 'session opened for user free'";
        const { stdout } = await lab.ssh("one", ["sh", "-c", `journalctl --sync; ${script}`]);
        return Number(stdout.split("\n")[0]);
      };
      const before = await logins();
      const runner = await connect("one", one({ user: "free" }));
      const requests = Array.from({ length: 300 }, () => runner.request({ argv: ["true"] }));
      const longs = Array.from({ length: 10 }, () => runner.long({ argv: ["sleep", "0.1"] }, () => {}));
      await Promise.all([...requests, ...longs]);
      await runner.close();
      expect((await logins()) - before).toBe(1);
    });

    test("12 long commands at once run 8 at a time, beside requests, and all finish", async () => {
      const count = `cd /run/many; flock lock sh -c 'n=$(($(cat now) + $1)); echo $n >now; echo $n >>counts' sh`;
      await lab.run("one", ["sh", "-c", "rm -rf /run/many; mkdir /run/many; echo 0 >/run/many/now"]);
      const runner = await connect("one", one());
      const argv = ["sh", "-c", `${count} 1; until [ -e go ]; do sleep 0.1; done; ${count} -1; echo done`];
      const longs = Array.from({ length: 12 }, () => runner.long({ argv }, () => {}));
      const running = async () => (await runner.request({ argv: ["cat", "/run/many/now"] })).stdout.toString();
      await expect.poll(running, { timeout: 15_000 }).toBe("8\n");
      await setTimeout(1000);
      expect(await running()).toBe("8\n");
      await runner.request({ argv: ["touch", "/run/many/go"] });
      const ends = (await Promise.all(longs)).map(({ exitCode, stdout }) => `${exitCode} ${stdout}`);
      await runner.close();
      expect(ends).toEqual(Array.from({ length: 12 }, () => "0 done\n"));
      const { stdout } = await lab.run("one", [
        "sh",
        "-c",
        "sort -n /run/many/counts | tail -n 1; wc -l </run/many/counts",
      ]);
      expect(stdout.trim()).toBe("8\n24");
    });

    test("all from an ssh_config: alias, user, key, known hosts", async () => {
      const sshConfig = await file(
        "config",
        `Host alias\n  HostName ${lab.address("one")}\n  User free\n  Port 22\n  IdentityFile "${lab.key}"\n  UserKnownHostsFile ${lab.knownHosts}\n`,
      );
      const connection = one({
        address: "alias",
        user: undefined,
        identityFile: undefined,
        knownHostsFile: undefined,
        sshConfig,
      });
      expect(await greet("one", connection)).toBe("one\nfree\n");
      expect(await greet("one", { ...connection, user: "root" })).toBe("one\nroot\n");
    });

    test.runIf(transport === "openssh")(
      "what an ssh_config says of sessions and their masters is not ours",
      async () => {
        const ran = join(folder, "ran");
        const busy = await startProxy(lab.address("one"), 22);
        const sshConfig = await file(
          "sessions",
          `Host *
  ControlMaster auto
  ControlPath ${join(folder, "users-own")}
  ControlPersist yes
  ForkAfterAuthentication yes
  SessionType none
  StdinNull yes
  RequestTTY force
  RemoteCommand sleep 60
  LocalForward 127.0.0.1:${busy.port} 127.0.0.1:22
  ExitOnForwardFailure yes
  Tunnel yes
  PermitLocalCommand yes
  LocalCommand touch ${ran}; sleep 60
  LogLevel DEBUG3
`,
        );
        try {
          expect(await greet("one", one({ sshConfig }))).toBe("one\nroot\n");
          expect(await failure(one({ sshConfig, user: "nobody-there" }))).toBeInstanceOf(AuthenticationFailed);
        } finally {
          await busy.close();
        }
        expect(existsSync(ran)).toBe(false);
        expect(spawnSync("pgrep", ["-af", `-F ${sshConfig}|gw-.*/master .mux`], { encoding: "utf8" }).stdout).toBe("");
      },
    );

    test("an ssh_config that is named must be there", async () => {
      expect(await failure(one({ sshConfig: "/nowhere/config" }))).toBeInstanceOf(ConnectionMisconfigured);
    });

    describe("fault 16: host keys", () => {
      test("a pinned key needs no known hosts", async () => {
        const connection = one({ hostKey: await keyOf("one"), knownHostsFile: "/dev/null" });
        expect(await greet("one", connection)).toBe("one\nroot\n");
      });

      test("hashed known hosts", async () => {
        const knownHostsFile = join(folder, "hashed");
        await copyFile(lab.knownHosts, knownHostsFile);
        system("ssh-keygen", ["-q", "-H", "-f", knownHostsFile]);
        expect(await readFile(knownHostsFile, "utf8")).not.toContain(lab.address("one"));
        expect(await greet("one", one({ knownHostsFile }))).toBe("one\nroot\n");
      });
    });

    describe("logging in", () => {
      test("a user or key that is not accepted fails at once and says what was offered", async () => {
        const started = Date.now();
        const error = await failure(one({ user: "stranger" }));
        expect(error).toBeInstanceOf(AuthenticationFailed);
        expect(Date.now() - started).toBeLessThan(8000);
        expect(error.message).toContain(transport === "ssh" ? lab.key : `ssh-copy-id ${lab.address("one")}`);
      });

      test("an encrypted key needs the agent", async () => {
        const key = join(folder, `encrypted-${transport}`);
        await copyFile(lab.key, key);
        await copyFile(`${lab.key}.pub`, `${key}.pub`);
        system("ssh-keygen", ["-q", "-p", "-N", "canary", "-f", key]);
        const agent = process.env["SSH_AUTH_SOCK"];
        delete process.env["SSH_AUTH_SOCK"];
        const error = await failure(one({ identityFile: key }));
        expect(error).toBeInstanceOf(AuthenticationFailed);
        if (transport === "ssh") expect(error.message).toContain(`ssh-add ${key}`);

        const socket = join(folder, `agent-${transport}`);
        const pid = /SSH_AGENT_PID=(\d+)/.exec(system("ssh-agent", ["-s", "-a", socket]))![1];
        try {
          process.env["SSH_AUTH_SOCK"] = socket;
          system("ssh-add", ["-q", lab.key]);
          expect(await greet("one", one({ identityFile: key }))).toBe("one\nroot\n");
          expect(await greet("one", one({ identityFile: undefined }))).toBe("one\nroot\n");
        } finally {
          process.kill(Number(pid));
          delete process.env["SSH_AUTH_SOCK"];
          if (agent !== undefined) process.env["SSH_AUTH_SOCK"] = agent;
        }
      });
    });

    describe("an agent that holds more keys than sshd looks at", () => {
      let pid: string;
      const socket = () => join(folder, `many-${transport}`);
      beforeAll(async () => {
        pid = /SSH_AGENT_PID=(\d+)/.exec(system("ssh-agent", ["-s", "-a", socket()]))![1]!;
        for (let number = 1; number <= 8; number++) {
          const key = join(folder, `key-${transport}-${number}`);
          system("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", key]);
          system("ssh-add", ["-q", key], { ...process.env, SSH_AUTH_SOCK: socket() });
        }
      });
      afterAll(() => void process.kill(Number(pid)));

      test("hides a key file, which is told with what helps", async () => {
        const ours = `IdentityAgent ${socket()}\n`;
        const error = await failure(one({ sshConfig: await file(`many-config-${transport}`, ours) }));
        expect(error).toBeInstanceOf(AuthenticationFailed);
        expect(error.message).toMatch(/hung up before it saw all.* `IdentitiesOnly yes` in the ssh_config$/s);
        const sshConfig = await file(`only-config-${transport}`, `${ours}IdentitiesOnly yes\n`);
        expect(await greet("one", one({ sshConfig }))).toBe("one\nroot\n");
      });
    });

    describe("no connection", () => {
      test("refused, after trying for as long as was said", async () => {
        const started = Date.now();
        expect(await failure(one({ port: 9, connectTimeoutSec: 1.5 }))).toBeInstanceOf(ConnectionRefused);
        expect(Date.now() - started).toBeGreaterThan(600);
        expect(Date.now() - started).toBeLessThan(4000);
      });

      test("timed out", async () => {
        const address = lab.subnet.replace(/\d+\/24$/, "250");
        expect(await failure(one({ address, connectTimeoutSec: 1 }))).toBeInstanceOf(ConnectionTimeout);
      });

      test("a name that does not resolve", async () => {
        expect(await failure(one({ address: "no-such-host.invalid", connectTimeoutSec: 5 }))).toBeInstanceOf(
          NameNotResolved,
        );
      });

      test("a host that comes up while we try is reached", async () => {
        const free = await startProxy(lab.address("one"), 22);
        await free.close();
        const attempt = greet("one", one({ address: "127.0.0.1", port: free.port, hostKey: await keyOf("one") }));
        await setTimeout(700);
        const proxy = await startProxy(lab.address("one"), 22, free.port);
        expect(await attempt).toBe("one\nroot\n");
        await proxy.close();
      });
    });

    // The other leaves hops to OpenSSH.
    if (transport === "ssh") {
      test("behind a jump host: refused, and timed out in the time that was said", async () => {
        const proxyJump = `root@${lab.address("one")}`;
        const behind = (address: string, port: number, connectTimeoutSec: number) =>
          failure(one({ address, port, connectTimeoutSec, proxyJump }));
        const refused = await behind(lab.address("two"), 9, 2);
        expect(refused).toBeInstanceOf(ConnectionRefused);
        expect(refused.message).toContain(`${lab.address("two")} port 9 through the jump host ${lab.address("one")}`);

        const started = Date.now();
        const silent = await behind(lab.subnet.replace(/\d+\/24$/, "250"), 22, 1.5);
        expect(silent).toBeInstanceOf(ConnectionTimeout);
        expect(Date.now() - started).toBeLessThan(6000);
      });
    }

    test("through a jump host, whose key is verified as well", async () => {
      const sshConfig = await file(
        "jump",
        `Host *\n  IdentityFile "${lab.key}"\n  UserKnownHostsFile ${lab.knownHosts}\nHost front\n  HostName ${lab.address("one")}\nHost back\n  HostName ${lab.address("two")}\n  ProxyJump free@front\n`,
      );
      const back = one({ address: "back", identityFile: undefined, knownHostsFile: undefined, sshConfig });
      const runner = await connect("two", back);
      const { stdout } = await runner.request({ argv: ["sh", "-c", "echo $SSH_CONNECTION"] });
      await runner.close();
      expect(stdout.toString()).toMatch(new RegExp(`^${lab.address("one")} .* ${lab.address("two")} 22\n$`));

      const onlyTwo = await file("only-two", `${lab.address("two")} ${await keyOf("two")}\n`);
      const config = (await readFile(sshConfig, "utf8")).replace(lab.knownHosts, onlyTwo);
      const error = await failure({ ...back, sshConfig: await file("jump-unknown", config) });
      expect(error).toBeInstanceOf(HostKeyRefused);
      expect(error.message).toContain(lab.address("one"));
    });
  },
);

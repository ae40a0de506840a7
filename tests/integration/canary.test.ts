// Fault 23: planted secrets are found in no channel but the ones that are meant to hold them.
import { randomBytes } from "node:crypto";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { root } from "../../tools/toolchain/places.ts";
import { engineHome } from "../support/engine.ts";
import { canRunLab, whyNoLab } from "../support/lab.ts";
import { postgresBase } from "../support/postgres.ts";
import { type Project, startProject } from "../support/project.ts";
import { type FaultHost, faultHost, host } from "./fault-host.ts";
import { watchProcesses } from "./watch-processes.ts";

const canary = (name: string) => `canary-${name}-${randomBytes(12).toString("hex")}`;
const canaries = {
  config: canary("config"),
  content: canary("content"),
  role: canary("role"),
  daemon: canary("daemon"),
  nested: canary("nested"),
  stdin: canary("stdin"),
  sudo: canary("sudo"),
};

/** As a user's own: made with the classes, secrets from a file and from the configuration. */
const program = (sshConfig: string) => `
import { readFileSync } from "node:fs";
import * as pulumi from "@pulumi/pulumi";
import { Provider } from "${root}/src/components/provider.ts";
import { Configuration, Daemon, Exec, File, PostgresRole } from "${root}/src/components/resources.ts";

const { content, role, daemon, nested, stdin, sudo } = JSON.parse(readFileSync("canaries.json", "utf8"));
const config = new pulumi.Config().requireSecret("planted");
const folder = process.env.CANARY_FOLDER;
const host = "${host}";
const connection = { platform: "debian", address: host, user: "asked", sshConfig: "${sshConfig}", sudo: { password: sudo } };
const provider = new Provider("hosts", { hosts: { [host]: connection } });
new File("config", { host, path: folder + "/config", content: config, mode: "0600" }, { provider });
new File("content", { host, path: folder + "/content", content: pulumi.secret("a line\\n" + content), mode: "0600" }, { provider });
new PostgresRole("role", { host, name: "canary", password: pulumi.secret(role) }, { provider });
new Daemon("daemon", { host, name: "canary", program: "/bin/sleep", arguments: ["infinity"], secretEnvironment: { TOKEN: daemon } }, { provider });
const text = pulumi.interpolate\`port 1\\nrequirepass \${pulumi.secret(nested)}\\n\`;
new Configuration("nested", { host, name: "canary", files: { [folder + "/nested"]: { content: text, mode: "0600" } }, validate: ["grep", "-q", "^port 1$", folder + "/nested"] }, { provider });
new Exec("stdin", { host, name: "canary", check: ["test", "-e", folder + "/done"], command: ["sh", "-c", "cat >/dev/null; touch " + folder + "/done"], stdin: pulumi.secret(stdin) }, { provider });
`;

/**
 * What Pulumi itself logs of the traffic between its parts, with secrets in the clear, and no provider can change: its
 * engine at -v=9, its SDK in debug events, which only `--debug`, -v and the event log show.
 */
const pulumisOwn = /(Unm|M)arshaling property for RPC|(Register|Read)Resource RPC finished/;

const title = canRunLab ? "fault 23: secrets" : `fault 23: secrets (skipped: ${whyNoLab})`;
describe.skipIf(!canRunLab)(title, () => {
  let machine: FaultHost;
  let project: Project;
  /** Where Pulumi keeps a log of each command. */
  let home: string;

  beforeAll(async () => {
    machine = await faultHost("test-canary", await postgresBase());
    await machine.shell(`
      useradd --create-home asked && echo 'asked:${canaries.sudo}' | chpasswd && echo 'asked ALL=(ALL) ALL' >/etc/sudoers.d/asked
      install -D -o asked -g asked -m 600 /root/.ssh/authorized_keys /home/asked/.ssh/authorized_keys && chown asked:asked /home/asked/.ssh
      mkdir -p /srv/canary`);
    project = await startProject({ program: program(machine.lab.sshConfig), ownProcess: true });
    await writeFile(join(project.folder, "canaries.json"), JSON.stringify(canaries), { mode: 0o600 });
    home = engineHome(join(project.folder, "home"));
    await project.succeed(["config", "set", "--secret", "planted"], {
      input: canaries.config,
      env: { PULUMI_HOME: home },
    });
  });
  afterAll(async () => {
    await project?.remove();
    await machine?.lab.stop();
  });

  test("no output, log, event, state, argument, environment or file holds one, also after failures", async () => {
    const watch = watchProcesses(Object.values(canaries));
    const said: string[] = [];
    const temporary = join(project.folder, "temporary");
    await mkdir(temporary);
    const run = async (succeeds: boolean, ...args: string[]) => {
      const events = join(project.folder, `events-${said.length}.json`);
      const { exitCode, output } = await project.pulumi([...args, "--event-log", events], {
        env: {
          TMPDIR: temporary,
          PULUMI_HOME: home,
          PULUMI_DEBUG_COMMANDS: "true",
          CANARY_FOLDER: succeeds ? "/srv/canary" : "/srv/no-such-folder",
        },
      });
      expect(exitCode === 0, output.slice(-3000)).toBe(succeeds);
      said.push(output, await readFile(events, "utf8"));
    };
    const verbose = ["-v=9", "--logtostderr"];
    await run(false, "up", "--yes", "--skip-preview", "--diff");
    await run(true, "up", "--yes", "--diff");
    await machine.shell(`echo by hand >/srv/canary/content; chmod 600 /srv/canary/config
      cd / && runuser -u postgres -- psql -qc "ALTER ROLE canary PASSWORD 'other'"
      systemctl stop canary; echo TOKEN=other >/etc/groundwork/jobs/canary.env
      echo port 2 >>/srv/canary/nested; rm /srv/canary/done`);
    await run(true, "preview", "--diff", ...verbose);
    await run(true, "refresh", "--preview-only", "--diff", ...verbose);
    await run(false, "up", "--yes", "--skip-preview", ...verbose);
    await run(true, "up", "--yes", "--skip-preview", ...verbose);
    // Meant: Pulumi hands a program its configuration, and the daemon its own environment.
    const found = watch.stop().filter(({ secret, where, command }) => {
      if (secret === canaries.config) return where !== "PULUMI_CONFIG";
      return !(secret === canaries.daemon && where === "TOKEN" && command === "/bin/sleep infinity");
    });

    expect(leaks(said.join("\n")), "output, -v=9 log, event log").toEqual([]);
    expect(leaks(await textBelow(join(project.folder, "state"))), "state, its history and backups").toEqual([]);
    expect(leaks(await textBelow(temporary)), "temporary files here").toEqual([]);
    expect(found, "arguments and environments here and on the host").toEqual([]);
    expect(
      await strayFiles([
        "/srv/canary/config",
        "/srv/canary/content",
        "/srv/canary/nested",
        "/etc/groundwork/jobs/canary.env",
      ]),
      "files on the host",
    ).toEqual([]);
    await run(true, "destroy", "--yes", "--skip-preview", ...verbose);
    expect(leaks(said.join("\n"))).toEqual([]);
    const begins = await beginsOf(join(home, "logs"));
    expect(begins.length, "logs that Pulumi keeps by itself").toBeGreaterThan(6);
    expect(new Set(begins), "how its encrypted logs begin").toEqual(new Set(["PLOG"]));
    expect(await strayFiles([]), "files on the host after destroy").toEqual([]);
  });

  /** Lines that hold a canary, plain or in base64, with its name in its place. */
  const leaks = (text: string): string[] =>
    text
      .split("\n")
      .filter((line) => !pulumisOwn.test(line))
      .flatMap((line) =>
        Object.entries(canaries).flatMap(([name, secret]) => {
          const shown = [secret, Buffer.from(secret).toString("base64").slice(0, -4)].find((form) =>
            line.includes(form),
          );
          const at = shown === undefined ? -1 : line.indexOf(shown);
          return shown === undefined
            ? []
            : [
                `${line.slice(Math.max(0, at - 150), at)}<${name}>${line.slice(at + shown.length, at + shown.length + 60)}`,
              ];
        }),
      );

  /** Files on the host that hold a canary, besides those that are meant to. */
  async function strayFiles(meant: readonly string[]): Promise<string[]> {
    const words = Object.values(canaries).join("\n");
    const found = await machine.shell(`cat >/run/canaries.words <<'EOF'\n${words}\nEOF
      grep -rlaFf /run/canaries.words / --exclude-dir=proc --exclude-dir=sys --exclude=canaries.words 2>/dev/null; rm /run/canaries.words`);
    return found.split("\n").filter((path) => path && !meant.includes(path));
  }
});

async function textBelow(folder: string): Promise<string> {
  const files = (await readdir(folder, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile());
  return (await Promise.all(files.map((entry) => readFile(join(entry.parentPath, entry.name), "latin1")))).join("\n");
}

async function beginsOf(folder: string): Promise<string[]> {
  const files = (await readdir(folder)).map((name) => readFile(join(folder, name), "latin1"));
  return (await Promise.all(files)).map((text) => text.slice(0, 4));
}

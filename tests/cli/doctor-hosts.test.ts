// `groundwork doctor --stack`: machines that are ready, and each thing that one may lack.
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { stringify } from "yaml";

import type { Finding } from "../../src/cli/doctor/finding.ts";
import machineResource from "../../src/provider/resources/machine.ts";
import { root } from "../../tools/toolchain/places.ts";
import { canRunLab, startLab, type TestLab, whyNoLab } from "../support/lab.ts";
import { machine } from "../support/machine.ts";
import { script } from "../support/script.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "groundwork-doctor-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function doctor(hosts: object, ...options: string[]) {
  const file = join(folder, "Pulumi.test.yaml");
  await writeFile(file, stringify({ config: { "groundwork:hosts": hosts } }));
  const { exitCode, stdout, stderr } = await execa(
    join(root, "bin/groundwork"),
    ["doctor", "--stack", "test", ...options],
    { env: { PULUMI_OPTION_CONFIG_FILE: file, SSH_AUTH_SOCK: "" }, reject: false },
  );
  return { exitCode, stdout, stderr };
}

async function findings(hosts: object) {
  const { exitCode, stdout, stderr } = await doctor(hosts, "--json");
  expect(stderr).toBe("");
  const all = JSON.parse(stdout) as Finding[];
  return { exitCode, all, of: (part: string) => all.find((one) => one.part === part) };
}

test("a stack that does not exist, and hosts that are not described right, are told at once", async () => {
  const missing = await execa(join(root, "bin/groundwork"), ["doctor", "--stack", "nowhere"], { reject: false });
  expect(missing).toMatchObject({ exitCode: 1, stderr: expect.stringContaining("there is no stack nowhere") });
  const { exitCode, stderr } = await doctor({ one: { platform: "amiga", memoryGiB: 4 } });
  expect(exitCode).toBe(1);
  expect(stderr).toContain('groundwork:hosts.one.platform is "amiga"; must be one of debian, darwin');
});

describe.skipIf(!canRunLab)(`doctor on lab hosts ${whyNoLab && `(skipped: ${whyNoLab})`}`, () => {
  let lab: TestLab;
  let mac: TestLab;

  beforeAll(async () => {
    lab = await startLab("test-checks", { hosts: ["control"] });
    mac = await startLab("test-doctor-hosts", { hosts: ["mini"], system: "mac" });
  });
  afterAll(async () => {
    await lab?.stop();
    await mac?.stop();
  });

  const host = (connection: object = {}, more: object = {}) => ({
    platform: "debian",
    address: lab.address("control"),
    memoryGiB: 4,
    ...more,
    connection: { address: "control", sshConfig: lab.sshConfig, user: "operator", sudo: {}, ...connection },
  });
  const mini = (more: object = {}, connection: object = {}) => ({
    platform: "darwin",
    address: mac.address("mini"),
    memoryGiB: 1,
    ...more,
    connection: { address: "mini", sshConfig: mac.sshConfig, user: "operator", sudo: {}, ...connection },
  });

  test("a machine that is ready", async () => {
    const { exitCode, all, of } = await findings({ control: host({}, { freeDiskGiB: 0.1 }) });
    expect(all.filter(({ status }) => status !== "ok")).toEqual([]);
    expect(exitCode).toBe(0);
    expect(of("control: SSH")?.found).toBe("operator at control, host key known");
    expect(of("control: root")?.found).toBe("by sudo");
    expect(of("control: system")?.found).toMatch(/^Debian GNU\/Linux 13/);
  });

  test("what a machine lacks comes with what helps; a warning does not end it with 1", async () => {
    const { exitCode, of } = await findings({ control: host({}, { chip: "M4 Pro" }) });
    expect(exitCode).toBe(0);
    expect(of("control: chip")).toMatchObject({
      status: "optional",
      found: expect.stringContaining("M4 Pro is declared"),
    });
    const { exitCode: small, of: memory } = await findings({ control: host({}, { memoryGiB: 4096 }) });
    expect(small).toBe(1);
    expect(memory("control: memory")).toMatchObject({
      status: "missing",
      found: expect.stringMatching(/^MM-22 has .* 4096/),
      todo: expect.stringMatching(
        /^pulumi config set --path 'groundwork:hosts.control.memoryGiB' '\d+', or correct groundwork:hosts.control.address$/,
      ),
    });
    const { exitCode: full, of: disk } = await findings({ control: host({}, { freeDiskGiB: 1_000_000 }) });
    expect(full).toBe(1);
    expect(disk("control: free disk")).toMatchObject({
      status: "missing",
      found: expect.stringMatching(/needs 1000000$/),
      todo: "free some of its disk; sudo du -xh -d 3 / | sort -h | tail -n 20, there, shows what takes most",
    });
  });

  test("one that is out of reach is a line, and the others are still asked", async () => {
    const nobody = lab.address("control").replace(/\d+$/, "250");
    const gone = host({ address: nobody, identityFile: lab.key, connectTimeoutSec: 2 });
    const closed = host({ port: 9, connectTimeoutSec: 2 });
    const unknown = host({ knownHostsFile: join(folder, "none") });
    const stranger = host({ user: "stranger" });
    const { exitCode, all, of } = await findings({ gone, closed, unknown, stranger, control: host() });
    expect(exitCode).toBe(1);
    expect(all.filter(({ part }) => part.startsWith("gone:"))).toHaveLength(1);
    expect(of("gone: SSH")?.todo).toBe("switch it on, or correct groundwork:hosts.gone.address");
    expect(of("closed: SSH")?.todo).toBe("start its SSH server: systemctl enable --now ssh");
    expect(of("unknown: SSH")?.found).toMatch(
      /the host key of .* is not known .*SHA256:.*ssh -o StrictHostKeyChecking=ask/,
    );
    expect(of("stranger: SSH")?.todo).toMatch(/^ssh-copy-id (-p \d+ )?stranger@control$/);
    expect(of("control: system")?.status).toBe("ok");
  });

  test("a user who is not root, and another machine than the pinned one, are told as such", async () => {
    const { of } = await findings({
      user: host({ sudo: undefined }),
      other: mini({}, { serialNumber: "OF-ANOTHER" }),
    });
    expect(of("user: root")).toMatchObject({
      status: "missing",
      found: "operator is not root, and does not become it",
    });
    expect(of("other: login")?.found).toMatch(/^is not the machine that its connection names: .* OF-ANOTHER is wanted/);
  });

  test("a Mac (Mac-like lab host) is asked for Homebrew, its owner, command line tools and FileVault", async () => {
    const { all, of } = await findings({ mini: mini({ unattended: true }) });
    expect(all.map(({ part }) => part)).toEqual(
      ["SSH", "root", "system", "memory", "chip", "free disk", "processor", "command line tools", "Homebrew"]
        .concat("FileVault", "full disk access")
        .map((part) => `mini: ${part}`)
        .concat("mini: serial number"),
    );
    expect(of("mini: Homebrew")?.found).toMatch(/^\/opt\/homebrew of (?!root)\w+$/);
    expect(of("mini: system")?.found).toMatch(/^macOS 15/);
    expect(all.filter(({ status }) => status === "missing")).toEqual([]);
  });

  test("a Mac whose remote users have no full disk access is ready, with a note", async () => {
    const without = "/private/var/db/mac-like/no-full-disk-access";
    expect((await findings({ mini: mini() })).of("mini: full disk access")?.status).toBe("ok");
    await mac.run("mini", ["touch", without]);
    const { exitCode, of } = await findings({ mini: mini() });
    await mac.run("mini", ["rm", without]);
    expect(exitCode).toBe(0);
    expect(of("mini: full disk access")).toMatchObject({
      status: "optional",
      todo: "at the Mac: System Settings, General, Sharing, Remote Login, Allow full disk access for remote users",
    });
  });

  test("a system that is too old is told, as a preview refuses it", async () => {
    await mac.run("mini", ["sed", "-i", "", "s/15.6.1/14.7/", "/usr/bin/sw_vers"]);
    const { exitCode, of } = await findings({ mini: mini() });
    await mac.run("mini", ["sed", "-i", "", "s/14.7/15.6.1/", "/usr/bin/sw_vers"]);
    expect(exitCode).toBe(1);
    expect(of("mini: system")).toEqual({
      part: "mini: system",
      status: "missing",
      found: "runs version 14.7, and needs 15",
      todo: "sudo softwareupdate --install --all --restart, there, or at the Mac: System Settings > General > Software Update",
    });
  });

  const installBrew =
    '/bin/bash -c "$(curl -fsSL https://raw.githubusercontent.com/Homebrew/install/HEAD/install.sh)", there, as an administrator and not as root';
  const brew = "/opt/homebrew/bin/brew";
  test.each([
    {
      what: "no Homebrew",
      breaks: `mv ${brew} /tmp/brew`,
      mends: `mv /tmp/brew ${brew}`,
      lacks: ["Homebrew", "has no Homebrew", installBrew],
    },
    {
      what: "Intel's Homebrew on Apple silicon",
      breaks: `mkdir -p /usr/local/bin && mv ${brew} /usr/local/bin/brew`,
      mends: `mv /usr/local/bin/brew ${brew}`,
      lacks: [
        "Homebrew",
        "has Intel's Homebrew only, in /usr/local: on Apple silicon it installs nothing, and programs are looked for in /opt/homebrew",
        installBrew,
      ],
    },
    {
      what: "a Homebrew of root's",
      breaks: `stat -f %Su ${brew} >/tmp/owner; chown root ${brew}`,
      mends: `chown "$(cat /tmp/owner)" ${brew}`,
      lacks: [
        "Homebrew",
        "MM-14 Homebrew belongs to root, and refuses to run as root",
        "give it to an administrator: sudo chown -R ACCOUNT:admin /opt/homebrew, there",
      ],
    },
    {
      what: "no command line tools",
      breaks: "mv /Library/Developer/CommandLineTools /tmp/tools",
      mends: "mv /tmp/tools /Library/Developer/CommandLineTools",
      lacks: [
        "command line tools",
        "has no command line tools",
        "xcode-select --install, there, which asks at its screen; the installer of Homebrew brings them without",
      ],
    },
    {
      what: "too little memory",
      declared: { memoryGiB: 4096 },
      lacks: [
        "memory",
        "MM-22 has 64 GiB of memory, and 4096 are declared: `up` refuses it",
        "pulumi config set --path 'groundwork:hosts.mini.memoryGiB' '64', or correct groundwork:hosts.mini.address",
      ],
    },
    {
      what: "too little disk",
      declared: { freeDiskGiB: 1_000_000 },
      lacks: [
        "free disk",
        /^has [\d.]+ GiB free, and needs 1000000$/,
        "free some of its disk; sudo du -xh -d 3 /System/Volumes/Data | sort -h | tail -n 20, there, shows what takes most",
      ],
    },
    {
      what: "no Remote Login",
      connection: { port: 9, connectTimeoutSec: 2 },
      lacks: [
        "SSH",
        /refused/,
        "switch Remote Login on: System Settings > General > Sharing, or sudo systemsetup -setremotelogin on",
      ],
    },
    {
      what: "a user whose sudo asks for a password",
      breaks: `mv /private/etc/sudoers.d/lab /tmp/rules
        printf '%s\\n' 'auth required pam_unix.so' 'account required pam_permit.so' >/private/etc/pam.d/sudo`,
      mends: "mv /tmp/rules /private/etc/sudoers.d/lab; rm /private/etc/pam.d/sudo",
      lacks: [
        "root",
        /asks for a password and none is given/,
        "pulumi config set --secret --path 'groundwork:hosts.mini.connection.sudo.password', or let sudo ask for none: echo 'operator ALL=(ALL) NOPASSWD: ALL' | sudo tee /etc/sudoers.d/groundwork",
      ],
    },
  ])("a Mac with $what: what mends it", async ({ breaks, mends, declared, connection, lacks: [part, found, todo] }) => {
    if (breaks) await script(mac.run, "mini", breaks);
    const { exitCode, all } = await findings({ mini: mini(declared, connection) }).finally(async () => {
      if (mends) await script(mac.run, "mini", mends);
    });
    expect(exitCode).toBe(1);
    expect(all.filter(({ part, status }) => part.startsWith("mini:") && status === "missing")).toEqual([
      {
        part: `mini: ${part}`,
        status: "missing",
        found: typeof found === "string" ? found : expect.stringMatching(found!),
        todo,
      },
    ]);
  });

  test("the disk of a machine that is set up already is used as it was meant to be", async () => {
    const full = { control: host({}, { freeDiskGiB: 1_000_000 }) };
    expect((await findings(full)).exitCode).toBe(1);
    const control = await machine("test-checks", "control");
    await control.apply(machineResource, { host: "control" });
    expect((await findings(full)).exitCode).toBe(0);
    await control.remove(machineResource, { host: "control" });
    await control.close();
  });

  test("the table says the same for people", async () => {
    const { stdout } = await doctor({ control: host() });
    expect(stdout).toMatch(/^ok {6}control: system +Debian GNU\/Linux 13/m);
  });
});

import { existsSync } from "node:fs";
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { containersBelow } from "../../tools/lab/container.ts";
import { down, reset, status, up } from "../../tools/lab/lab.ts";
import { labNamed } from "../../tools/lab/place.ts";
import { canRunLab, startLab, type TestLab, whyNoLab } from "../support/lab.ts";

const groundwork = fileURLToPath(new URL("../../bin/groundwork", import.meta.url));
const names = ["test-lab-one", "test-lab-two", "test-lab-killed"] as const;
const [one, two, killed] = names;
const bootId = async (lab: TestLab, host: string) =>
  (await lab.ssh(host, ["cat", "/proc/sys/kernel/random/boot_id", "/etc/machine-id"])).stdout;
const pids = async (lab: string) => (await status(lab)).hosts.map((host) => host.pid);
const states = async (lab: string) => (await status(lab)).hosts.map((host) => host.state);

/** All that names a lab outside its hosts: empty for a lab that is gone. */
async function traces(lab: string): Promise<string[]> {
  const { tag, folder } = labNamed(lab);
  const lines = async (...[file, ...argv]: [string, ...string[]]) => (await execa(file, argv)).stdout.split("\n");
  const found = [
    ...(await lines("ip", "-oneline", "link")),
    ...(await lines("ip", "netns")),
    ...(await lines("ip", "-4", "route")),
    ...(await lines("nft", "list", "ruleset")),
    ...(await readFile("/proc/self/mountinfo", "utf8")).split("\n"),
    ...(await readFile("/proc/self/cgroup", "utf8")).split("\n"),
    ...(await lines("find", "/sys/fs/cgroup", "-maxdepth", "3", "-name", `${tag}*`)),
    ...(await lines("find", "/run/systemd/nspawn", "-name", `${tag}*`)),
    ...(await containersBelow(folder)).map((pid) => `process ${pid} of ${tag}`),
  ].filter((line) => line.includes(tag) || line.includes(`${folder}/`));
  return existsSync(folder) ? [...found, folder] : found;
}

describe.skipIf(!canRunLab)(`lab (needs root, Linux and Debian's tools) ${whyNoLab}`, { timeout: 60_000 }, () => {
  let lab: TestLab;
  beforeAll(async () => {
    for (const name of names) await down(name);
    lab = await startLab(one, { hosts: ["control", "storage"] });
  }, 240_000);
  afterAll(async () => {
    for (const name of names) await down(name);
  }, 60_000);

  test("up makes Debian hosts that run, each with its own name, address and systemd", async () => {
    expect(await status(one)).toMatchObject({
      lab: one,
      subnet: lab.subnet,
      hosts: [
        { name: "control", address: lab.subnet.replace("0/24", "11"), state: "running", pid: expect.any(Number) },
        { name: "storage", address: lab.subnet.replace("0/24", "13"), state: "running", pid: expect.any(Number) },
      ],
      files: { sshConfig: lab.sshConfig, knownHosts: lab.knownHosts, key: lab.key },
    });
    const { stdout } = await lab.ssh("storage", ["cat", "/etc/hostname", "/etc/debian_version", "/proc/1/comm"]);
    expect(stdout).toMatch(/^storage\n13\.\d+\nsystemd$/);
    expect((await stat(join(lab.folder, "passphrase"))).mode & 0o777).toBe(0o600);
  });

  test("the operator may sudo without a password", async () => {
    const argv = ["-F", lab.sshConfig, "-l", "operator", "control", "id -u; sudo -n id -u"];
    expect((await execa("ssh", argv)).stdout).toBe("1000\n0");
  });

  test("ssh passes arguments, input and exit code as they are", async () => {
    const argv = ["sh", "-c", 'printf "%s|" "$@"; cat; exit 3', "sh", "a b", "it's", '$HOME "x"'];
    expect(await lab.ssh("control", argv, { input: "text" })).toEqual({
      stdout: `a b|it's|$HOME "x"|text`,
      stderr: "",
      exitCode: 3,
    });
  });

  describe("as commands", () => {
    const command = (words: readonly string[], input = "") =>
      execa(groundwork, ["lab", ...words, "--lab", one], { input, reject: false });
    /** Where options end, what follows belongs to the host. */
    const onHost = (host: string, words: readonly string[], input = "") =>
      execa(groundwork, ["lab", "ssh", "--lab", one, host, "--", ...words], { input, reject: false });

    test("status --json is what there is to know, and only that", async () => {
      const { stdout, exitCode } = await command(["status", "--json"]);
      expect(exitCode).toBe(0);
      expect(JSON.parse(stdout)).toEqual(await status(one));
      expect((await command(["status"])).stdout).toBe(
        `control     ${lab.address("control").padEnd(16)}running\nstorage     ${lab.address("storage").padEnd(16)}running`,
      );
    });

    test("ssh passes a command line, input, both streams and the exit code as they are", async () => {
      const line = [
        "printf",
        "'%s|'",
        "'a  b'",
        "--lab",
        '"$HOME"',
        ";",
        "cat",
        "-",
        ";",
        "echo aside >&2;",
        "exit 42",
      ];
      expect(await onHost("control", line, "text")).toMatchObject({
        stdout: "a  b|--lab|/root|text",
        stderr: "aside",
        exitCode: 42,
      });
      expect(await onHost("storage", ["hostname"])).toMatchObject({ stdout: "storage", exitCode: 0 });
    });

    test("reset gives one host anew", async () => {
      for (const host of ["control", "storage"]) await onHost(host, ["touch /root/mark"]);
      expect(await command(["reset", "storage"])).toMatchObject({ stdout: "", exitCode: 0 });
      expect((await onHost("storage", ["ls /root/mark"])).exitCode).toBe(2);
      expect((await onHost("control", ["rm /root/mark"])).exitCode).toBe(0);
    });

    test.each(["ssh", "reset"])("%s of a host that is not there says which are", async (action) => {
      const { stdout, stderr, exitCode } = await command([action, "nope"]);
      expect([stdout, exitCode]).toEqual(["", 1]);
      expect(stderr).toBe(`groundwork lab: lab "${one}" has no host "nope"; it has control, storage`);
    });
  });

  test("hosts reach each other", async () => {
    const probe = `head -c 7 </dev/tcp/${lab.address("storage")}/22`;
    expect((await lab.ssh("control", ["timeout", "5", "bash", "-c", probe])).stdout).toBe("SSH-2.0");
  });

  test("killing a unit on one host leaves the unit of that name on another alone", async () => {
    for (const host of ["control", "storage"]) await lab.ssh(host, ["systemd-run", "--unit=probe", "sleep", "600"]);
    await lab.ssh("control", ["systemctl", "kill", "--signal=KILL", "--kill-whom=all", "probe"]);
    await lab.ssh("control", ["systemctl", "reset-failed", "probe"]);
    expect((await lab.ssh("storage", ["systemctl", "is-active", "probe"])).stdout).toBe("active");
    expect((await lab.ssh("storage", ["systemctl", "stop", "probe"])).exitCode).toBe(0);
  });

  test("up again changes nothing and is quick", async () => {
    const plan = join(lab.folder, "lab.json");
    const before = [await pids(one), (await stat(plan)).mtimeMs, await bootId(lab, "storage")];
    const began = Date.now();
    await up(one);
    expect(Date.now() - began).toBeLessThan(5_000);
    expect([await pids(one), (await stat(plan)).mtimeMs, await bootId(lab, "storage")]).toEqual(before);
  });

  test("reset gives a new host at the old address with the old key, and touches no other", async () => {
    await lab.ssh("storage", ["touch", "/root/mark"]);
    const [reborn, other] = [await bootId(lab, "storage"), await bootId(lab, "control")];
    await lab.reset("storage");
    expect((await lab.ssh("storage", ["test", "-e", "/root/mark"])).exitCode).toBe(1);
    expect(await bootId(lab, "storage")).not.toBe(reborn);
    expect(await bootId(lab, "control")).toBe(other);
    await expect(reset(one, "nope")).rejects.toThrow(/no host "nope"; it has control, storage/);
  });

  test("up heals a host whose container was killed, and keeps its files", async () => {
    await lab.ssh("storage", ["sh", "-c", "echo kept >/root/mark && sync"]);
    const [, pid] = await pids(one);
    process.kill(pid!, "SIGKILL");
    await expect.poll(() => states(one)).toEqual(["running", "stopped"]);
    await up(one);
    expect(await states(one)).toEqual(["running", "running"]);
    expect((await lab.ssh("storage", ["cat", "/root/mark"])).stdout).toBe("kept");
  });

  const { tag, folder } = labNamed(one);
  test.each([
    ["bridge", ["ip", "link", "delete", tag]],
    ["link", ["ip", "link", "delete", `${tag}-13`]],
    ["namespace", ["ip", "netns", "delete", `${tag}-13`]],
    ["address translation", ["nft", "delete", "table", "ip", tag]],
    ["mount", ["umount", "--lazy", join(folder, "hosts/storage/root")]],
    ["SSH files", ["rm", join(folder, "ssh_config"), join(folder, "known_hosts")]],
  ])("up heals a lab without its %s", async (_, [file = "", ...argv]) => {
    const before = (await traces(one)).length;
    await execa(file, argv);
    await up(one);
    expect(await states(one)).toEqual(["running", "running"]);
    expect((await lab.ssh("control", ["bash", "-c", `: </dev/tcp/${lab.address("storage")}/22`])).exitCode).toBe(0);
    expect((await traces(one)).length).toBe(before);
  });

  test("down --keep only stops, and up continues", async () => {
    await lab.ssh("storage", ["touch", "/root/mark"]);
    await down(one, { keep: true });
    expect(await traces(one)).toEqual([folder]);
    await up(one);
    expect((await lab.ssh("storage", ["test", "-e", "/root/mark"])).exitCode).toBe(0);
  });

  test("a second lab has its own subnet, and its end leaves nothing of it and all of the first", async () => {
    const [second, third] = await Promise.all([startLab(two, { hosts: ["storage"] }), up(killed, ["storage"])]);
    expect(new Set([lab.subnet, second.subnet, third.subnet]).size).toBe(3);
    expect((await traces(two)).length).toBeGreaterThan(5);
    const [first, before] = [await bootId(lab, "storage"), await traces(one)];
    const { dev, ino } = await stat(join(second.folder, "hosts/storage/root"));
    const lock = `/run/systemd/nspawn/locks/inode-${dev}:${ino}`;
    expect(existsSync(lock)).toBe(true);
    await second.stop();
    await down(killed);
    expect([...(await traces(two)), ...(await traces(killed))]).toEqual([]);
    expect(existsSync(lock)).toBe(false);
    expect([await bootId(lab, "storage"), await traces(one)]).toEqual([first, before]);
  });

  test("down puts IP forwarding back once no bridge needs it (in a network namespace, where it is nobody else's)", async () => {
    const script = `
      lab() { "$node" "$groundwork" lab "$@" --lab ${killed} >&2; }
      forward() { cat /proc/sys/net/ipv4/ip_forward; }
      node=$0 groundwork=$1
      ip link set lo up
      echo 1 >/proc/sys/net/ipv4/ip_forward
      lab up --hosts storage; lab down; forward
      echo 0 >/proc/sys/net/ipv4/ip_forward
      lab up --hosts storage; forward
      ip link add other type bridge; lab down; forward
      ip link delete other; lab down; forward`;
    const notes = async () => (await readdir("/run")).filter((name) => name.startsWith("groundwork.forwarding"));
    const before = await notes();
    const { stdout } = await execa("unshare", ["--net", "sh", "-euc", script, process.execPath, groundwork]);
    expect(stdout.split("\n")).toEqual(["1", "1", "1", "0"]);
    expect(await notes()).toEqual(before);
    expect(await traces(killed)).toEqual([]);
  });

  const ends = labNamed(killed);
  test.each([
    ["plan", "SIGKILL", join(ends.folder, "lab.json")],
    ["host key", "SIGKILL", join(ends.folder, "keys/host-storage")],
    ["bridge", "SIGINT", join("/sys/class/net", ends.tag)],
    ["first piece of a root", "SIGKILL", join(ends.folder, "hosts")],
    ["namespace", "SIGKILL", join("/run/netns", `${ends.tag}-13`)],
    ["container", "SIGKILL", join(ends.folder, "hosts/storage/console")],
    ["container", "SIGINT", join(ends.folder, "hosts/storage/console")],
  ] as const)("up works after one that had just made its %s when it got %s", async (_, signal, made) => {
    const argv = [groundwork, "lab", "up", "--lab", killed, "--hosts", "storage"];
    const first = execa(process.execPath, argv, { reject: false, detached: true });
    while (!existsSync(made)) await pause(1);
    process.kill(signal === "SIGINT" ? -first.pid! : first.pid!, signal); // a terminal sends Ctrl-C to the whole group
    expect(await first).toMatchObject({ signal });
    const again = await startLab(killed, { hosts: ["storage"] });
    expect(await states(killed)).toEqual(["running"]);
    expect((await again.ssh("storage", ["true"])).exitCode).toBe(0);
    await again.stop();
    expect(await traces(killed)).toEqual([]);
  });

  test("down removes a half-made lab, and one that never was", async () => {
    await up(killed, ["storage"]);
    await rm(join(labNamed(killed).folder, "hosts/storage/upper/etc"), { recursive: true });
    await writeFile(join(labNamed(killed).folder, "lab.json"), "{");
    await down(killed);
    expect(await traces(killed)).toEqual([]);
    await down(killed);
  });

  test("a killed build of the base stops, and the next up builds it whole", { timeout: 240_000 }, async () => {
    const cache = await mkdtemp(join(tmpdir(), "groundwork-lab-"));
    const env = { GROUNDWORK_CACHE: cache };
    const command = (action: string, ...more: string[]) =>
      execa(process.execPath, [groundwork, "lab", action, "--lab", killed, ...more], { env, reject: false });
    const builders = async () => (await execa("pgrep", ["-f", `mmdebstrap.*${cache}`], { reject: false })).stdout;

    const first = command("up", "--hosts", "storage");
    await expect.poll(builders, { timeout: 60_000 }).not.toBe("");
    await pause(2_000);
    first.kill("SIGKILL");
    await expect.poll(builders).toBe("");
    expect(await command("up", "--hosts", "storage")).toMatchObject({ exitCode: 0 });
    expect((await command("status")).stdout).toMatch(/^storage +198\.1[89][.\d]+ +running$/);
    expect(await command("down")).toMatchObject({ exitCode: 0 });
    expect((await readdir(cache)).filter((name) => name.startsWith("lab-base"))).toHaveLength(1);
    expect(await readdir(join(cache, "labs"))).toEqual([]);
    await rm(cache, { recursive: true });
  });
});

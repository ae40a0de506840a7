import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { down, status, up } from "../../tools/lab/lab.ts";
import { kernelName, labNamed } from "../../tools/lab/place.ts";
import { hostOf, requirePlan } from "../../tools/lab/plan.ts";
import { dockerObstacle } from "../../tools/lab/requirements.ts";
import { startLab, type TestLab } from "../support/lab.ts";

const name = "test-docker";
const obstacle = dockerObstacle() ?? "";

/** All that names the lab in the engine and on this machine. */
async function traces(): Promise<string> {
  const { tag } = labNamed(name);
  const lists = [
    ["docker", "ps", "--all", "--format", "{{.Names}}"],
    ["docker", "network", "ls", "--format", "{{.Name}}"],
    ["ls", labNamed(name).folder],
  ];
  const found = lists.map(async ([file = "", ...argv]) => (await execa(file, argv, { reject: false })).stdout);
  return (await Promise.all(found))
    .join("\n")
    .split("\n")
    .filter((line) => line.includes(tag) || line === "lab.json")
    .join();
}

describe.skipIf(obstacle !== "")(`lab on Docker (needs an engine) ${obstacle}`, () => {
  let lab: TestLab;
  beforeAll(async () => {
    await down(name);
    lab = await startLab(name, { hosts: ["control", "storage"], backend: "docker" });
  });
  afterAll(() => down(name));
  const bootId = async (host: string) => (await lab.ssh(host, ["cat", "/etc/machine-id"])).stdout;
  const container = async (host: string) => kernelName(labNamed(name), hostOf(await requirePlan(labNamed(name)), host));

  test("hosts run systemd with all units, reach each other, and have their own files", async () => {
    expect(await status(name)).toMatchObject({
      backend: "docker",
      hosts: [{ state: "running" }, { state: "running" }],
    });
    const { stdout } = await lab.ssh("storage", [
      "sh",
      "-c",
      "cat /etc/hostname /proc/1/comm; mv /etc/hosts /etc/h; mv /etc/h /etc/hosts; sysctl -w net.ipv4.ip_local_port_range='20000 40000'; sudo -u operator sudo -n id -u",
    ]);
    expect(stdout).toBe("storage\nsystemd\nnet.ipv4.ip_local_port_range = 20000 40000\n0");
    expect((await lab.ssh("control", ["bash", "-c", `: </dev/tcp/${lab.address("storage")}/22`])).exitCode).toBe(0);
    expect((await lab.ssh("control", ["sysctl", "-w", "vm.swappiness=60"])).exitCode).not.toBe(0);
  });

  test("reset gives a new host at the old address with the old key, and touches no other", async () => {
    const before = [await bootId("control"), await bootId("storage")];
    await lab.ssh("storage", ["touch", "/root/mark"]);
    await lab.reset("storage");
    expect(await bootId("control")).toBe(before[0]);
    expect(await bootId("storage")).not.toBe(before[1]);
    expect((await lab.ssh("storage", ["test", "-e", "/root/mark"])).exitCode).toBe(1);
  });

  test("up heals what was killed, and what lost its network; down --keep keeps files", async () => {
    await lab.ssh("control", ["touch", "/root/mark"]);
    await execa("docker", ["kill", await container("control")]);
    await up(name);
    await down(name, { keep: true });
    expect((await status(name)).hosts.map(({ state }) => state)).toEqual(["stopped", "stopped"]);
    await up(name);
    expect((await lab.ssh("control", ["test", "-e", "/root/mark"])).exitCode).toBe(0);
    await execa("docker", ["rm", "--force", await container("storage")]);
    await up(name);
    expect((await status(name)).hosts.map(({ state }) => state)).toEqual(["running", "running"]);
  });

  test("a lab keeps its back end, and down leaves nothing", async () => {
    await expect(up(name, undefined, { backend: "nspawn" })).rejects.toThrow(/runs on docker; take it down first/);
    expect(await traces()).not.toBe("");
    await down(name);
    expect(await traces()).toBe("");
  });
});

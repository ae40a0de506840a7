import { copyFile, mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { step } from "../toolchain/progress.ts";
import type { Backend } from "./backend.ts";
import { ensureBase, recipeOf, suite } from "./base.ts";
import { writeHostFiles } from "./host-files.ts";
import { outwardMtu } from "./network.ts";
import { doorOf, type Host, hostFolder, kernelName, type Lab } from "./place.ts";
import { dockerObstacle, nspawnObstacle } from "./requirements.ts";
import { attempt, run } from "./run.ts";
import { addressIn } from "./subnet.ts";
import { type SystemName, systems } from "./system.ts";

const init = fileURLToPath(new URL("docker/init", import.meta.url));

/** What systemd-nspawn gives too; vm.* and kernel.* stay the machine's. Without SYS_PTRACE hardened units do not start. */
const capabilities = ["DAC_READ_SEARCH", "LINUX_IMMUTABLE", "NET_ADMIN", "SYS_ADMIN", "SYS_NICE", "SYS_PTRACE"];
const rights = [
  ...capabilities.map((capability) => `--cap-add=${capability}`),
  ...["--security-opt=seccomp=unconfined", "--security-opt=apparmor=unconfined", "--cgroupns=private"],
  ...["--tmpfs=/run", "--tmpfs=/tmp", "--env=container=docker"],
];

/** Hosts as containers of a Docker engine, which may be another machine's, as on a Mac. */
export const docker: Backend = {
  obstacle: dockerObstacle,
  prepare: async (system) => void (await ensureImage(system)),

  async ensureNetwork(lab, { subnet }) {
    if ((await attempt`docker network inspect ${lab.tag}`).exitCode === 0) return;
    const place = [`--subnet=${subnet}`, `--gateway=${addressIn(subnet, 1)}`];
    const mtu = process.platform === "linux" ? [`--opt=com.docker.network.driver.mtu=${await outwardMtu()}`] : [];
    await run("docker", [
      ...["network", "create", ...place, ...mtu],
      ...[`--opt=com.docker.network.bridge.name=${lab.tag}`, lab.tag],
    ]);
  },

  async ensureHost(lab, _plan, host) {
    const name = kernelName(lab, host);
    const found = await look(name);
    if (found?.pid && found.networks.includes(lab.tag)) return;
    if (found && !found.networks.includes(lab.tag)) await docker.remove(lab, host); // its network was made anew
    if (!found?.networks.includes(lab.tag)) await create(lab, host);
    await run`docker start ${name}`;
    for (const [home, uid, gid] of systems[host.system].homes) {
      await run`docker exec ${name} chown -R ${uid}:${gid} /${home}`;
    }
  },

  async stop(lab, host, { orderly = false } = {}) {
    const name = kernelName(lab, host);
    if (orderly) await attempt`docker stop --time 15 ${name}`;
    else await attempt`docker kill ${name}`;
  },

  async remove(lab, host) {
    for (const name of [kernelName(lab, host), `${kernelName(lab, host)}-part`])
      await attempt`docker rm --force ${name}`;
    await rm(hostFolder(lab, host), { recursive: true, force: true });
  },

  running: async (lab, host) => (await look(kernelName(lab, host)))?.pid,

  async consoleEnd(lab, host) {
    const { stdout, stderr } = await attempt`docker logs --tail 15 ${kernelName(lab, host)}`;
    return `${stdout}${stderr}`;
  },

  async sweep(lab) {
    const { stdout } = await run`docker ps --all --format {{.Names}} --filter name=^/?${lab.tag}-`;
    for (const name of stdout.split("\n").filter(Boolean)) await run`docker rm --force ${name}`;
    await attempt`docker network rm ${lab.tag}`;
  },
};

interface Inspected {
  readonly State: { readonly Running: boolean; readonly Pid: number };
  readonly NetworkSettings: { readonly Networks: Readonly<Record<string, { readonly NetworkID: string }>> };
}

/** A container, where there is one, and the networks it is in that still exist. */
async function look(name: string): Promise<{ pid: number | undefined; networks: string[] } | undefined> {
  const { exitCode, stdout } = await attempt`docker container inspect ${name}`;
  if (exitCode !== 0) return undefined;
  const [found] = JSON.parse(stdout) as Inspected[];
  if (!found) return undefined;
  const { stdout: known } = await run`docker network ls --no-trunc --format {{.ID}}`;
  const networks = Object.entries(found.NetworkSettings.Networks).filter(([, { NetworkID }]) =>
    NetworkID === "" ? true : known.includes(NetworkID),
  );
  return { pid: found.State.Running ? found.State.Pid : undefined, networks: networks.map(([network]) => network) };
}

/** Makes a stopped container with a host's files; it gets its name last, so that no half of it passes for a host. */
async function create(lab: Lab, host: Host): Promise<void> {
  const name = kernelName(lab, host);
  const part = `${name}-part`;
  const files = join(hostFolder(lab, host), "files");
  await attempt`docker rm --force ${part}`;
  await rm(files, { recursive: true, force: true });
  await mkdir(files, { recursive: true });
  await writeHostFiles(lab, host, files, { own: false });
  await copyFile(init, join(files, "lab-init"));

  const { process: first, stopSignal } = systems[host.system];
  const door = doorOf(host);
  const published = door.address === host.address ? [] : [`--publish=${door.address}:${door.port}:22`];
  await run("docker", [
    ...["create", `--name=${part}`, `--hostname=${host.name}`, `--network=${lab.tag}`, `--ip=${host.address}`],
    ...[...published, ...rights, `--stop-signal=${stopSignal}`],
    ...[await ensureImage(host.system), "/lab-init", first],
  ]);
  await run`docker cp ${files}/. ${part}:/`;
  await run`docker rename ${part} ${name}`;
  await rm(files, { recursive: true });
}

/** The image of a system: of the same root as for nspawn where that can be made here, else of Debian's own image. */
async function ensureImage(system: SystemName): Promise<string> {
  const image = `groundwork-lab-${system}:${await recipeOf(system)}`;
  if ((await attempt`docker image inspect ${image}`).exitCode === 0) return image;
  if (nspawnObstacle() === undefined) {
    const base = await ensureBase(system);
    const copy = 'tar -C "$1" --numeric-owner -c . | docker import - "$2"';
    await step(`importing the image of the ${system} lab hosts, once`, () =>
      run("bash", ["-o", "pipefail", "-c", copy, "bash", base, image]),
    );
  } else {
    await step(`building the image of the ${system} lab hosts, once`, () => build(system, image));
  }
  return image;
}

/** By a Dockerfile, for machines without mmdebstrap or without root, such as a Mac. */
async function build(system: SystemName, image: string): Promise<void> {
  const { packages, customize, debian } = systems[system];
  if (debian !== "")
    throw new Error(`the ${system} lab hosts need mmdebstrap and root to be built: use a Linux machine`);
  const file = `FROM debian:${suite}
RUN rm -f /etc/apt/apt.conf.d/docker-clean /usr/sbin/policy-rc.d \\
 && apt-get update && apt-get install -y --no-install-recommends ${packages.replaceAll(",", " ")}
COPY customize /customize
RUN /customize "" && rm /customize
`;
  await run("docker", ["build", `--tag=${image}`, "--file=-", join(customize, "..")], { input: file });
}

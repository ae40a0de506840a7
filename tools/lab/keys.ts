import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { replaceFile } from "../toolchain/replace-file.ts";
import { doorOf, type Host, type Lab, labFiles } from "./place.ts";
import type { Plan } from "./plan.ts";
import { run } from "./run.ts";

/** Private host key of a host; it outlives the host, so that `known_hosts` stays right. */
export const hostKey = (lab: Lab, host: Host): string => join(lab.folder, "keys", `host-${host.name}`);

/** Makes what is missing of keys, passphrase and state folder, and the SSH files that follow from the plan. */
export async function ensureFiles(lab: Lab, plan: Plan): Promise<void> {
  const files = labFiles(lab);
  await mkdir(join(lab.folder, "keys"), { recursive: true, mode: 0o700 });
  await mkdir(files.state, { recursive: true, mode: 0o700 });
  await ensureKey(files.key, "groundwork lab");
  for (const host of plan.hosts) await ensureKey(hostKey(lab, host), host.name);
  if (!existsSync(files.passphrase)) await replaceFile(files.passphrase, randomBytes(32).toString("base64url"), 0o600);
  await replaceFile(files.knownHosts, await knownHosts(lab, plan), 0o600);
  await replaceFile(files.sshConfig, sshConfig(lab, plan), 0o600);
}

async function ensureKey(path: string, comment: string): Promise<void> {
  if (existsSync(path) && existsSync(`${path}.pub`)) return;
  await rm(path, { force: true });
  await run("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-C", comment, "-f", path]);
}

async function knownHosts(lab: Lab, plan: Plan): Promise<string> {
  const lines = plan.hosts.map(async (host) => {
    const [type, key] = (await readFile(`${hostKey(lab, host)}.pub`, "utf8")).split(" ");
    return `${host.address} ${type} ${key}\n`;
  });
  return (await Promise.all(lines)).join("");
}

function sshConfig(lab: Lab, plan: Plan): string {
  const files = labFiles(lab);
  const quoted = (path: string) => `"${path.replaceAll("%", "%%")}"`;
  const aliases = plan.hosts.map((host) => {
    const { address, port } = doorOf(host);
    const published = address === host.address ? "" : `  Port ${port}\n  HostKeyAlias ${host.address}\n`;
    return `Host ${host.name}\n  HostName ${address}\n${published}`;
  });
  const patterns = plan.hosts.flatMap(({ name, address }) => [name, address]).join(" ");
  return `${aliases.join("")}Host ${patterns}
  User root
  IdentityFile ${quoted(files.key)}
  IdentitiesOnly yes
  IdentityAgent none
  UserKnownHostsFile ${quoted(files.knownHosts)}
  GlobalKnownHostsFile /dev/null
  StrictHostKeyChecking yes
  HostKeyAlgorithms ssh-ed25519
  BatchMode yes
  KexAlgorithms curve25519-sha256
  ConnectTimeout 5
  LogLevel ERROR
`;
}

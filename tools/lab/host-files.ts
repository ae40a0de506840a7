import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { chown, copyFile, mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { hostKey } from "./keys.ts";
import { type Host, type Lab, labFiles } from "./place.ts";
import { run } from "./run.ts";
import { systems } from "./system.ts";

/**
 * Writes below `root` what makes a host this one: known from outside before it first answers.
 *
 * @param own give homes their owners, which takes root; otherwise that is left to the caller. @default true
 */
export async function writeHostFiles(lab: Lab, host: Host, root: string, { own = true } = {}): Promise<void> {
  const { files, etc: folder, homes } = systems[host.system];
  const etc = join(root, folder);
  if (files && !host.base) await run("cp", ["-R", "-P", `${files}/.`, root]);
  await mkdir(join(etc, "ssh"), { recursive: true });
  await copyFile(hostKey(lab, host), join(etc, "ssh/ssh_host_ed25519_key"));
  await copyFile(`${hostKey(lab, host)}.pub`, join(etc, "ssh/ssh_host_ed25519_key.pub"));
  if (host.system === "debian") {
    await writeFile(join(etc, "hostname"), `${host.name}\n`);
    await writeFile(join(etc, "hosts"), `127.0.0.1 localhost\n127.0.1.1 ${host.name}\n`);
  }
  await writeFile(join(etc, "machine-id"), `${randomBytes(16).toString("hex")}\n`);
  await writeFile(join(etc, "resolv.conf"), await resolver());
  for (const [home, uid, gid] of homes) {
    const written = await authorize(lab, join(root, home));
    if (own) for (const path of written) await chown(path, uid, gid);
  }
}

/** @returns what belongs to the owner of the home */
async function authorize(lab: Lab, home: string): Promise<string[]> {
  await mkdir(dirname(home), { recursive: true });
  const [ssh, keys] = [join(home, ".ssh"), join(home, ".ssh/authorized_keys")];
  await mkdir(ssh, { recursive: true, mode: 0o700 });
  await writeFile(keys, await readFile(`${labFiles(lab).key}.pub`), { mode: 0o600 });
  return [home, ssh, keys];
}

/** This machine's resolver as a host can use it: a loopback address would be the host's own. */
async function resolver(): Promise<string> {
  for (const path of ["/etc/resolv.conf", "/run/systemd/resolve/resolv.conf"]) {
    if (!existsSync(path)) continue;
    const text = await readFile(path, "utf8");
    const reachable = /^nameserver\s+(?!127\.|::1)/m.test(text);
    if (reachable) return text;
  }
  throw new Error("the lab hosts need a resolver that is not on a loopback address: name one in /etc/resolv.conf");
}

import { createHash } from "node:crypto";
import { join } from "node:path";

import { cacheDir } from "../toolchain/bundle.mjs";
import type { SystemName } from "./system.ts";

/** A lab's name, where its files are, and the prefix of its names in the kernel. */
export interface Lab {
  readonly name: string;
  readonly folder: string;
  /** Names the bridge and the nft table and begins the name of each link and namespace: 10 letters. */
  readonly tag: string;
}

/** One machine of a lab. */
export interface Host {
  readonly name: string;
  readonly address: string;
  readonly system: SystemName;
  /** Root that it begins with. @default that of its system */
  readonly base?: string;
}

/** The folder of all labs, which also carries their lock. */
export const labsFolder = (): string => join(cacheDir(), "labs");

/** The lab called `name`, whether it exists or not. The tag follows from its folder, so that it needs no file to be found. */
export function labNamed(name: string): Lab {
  checkName("lab", name);
  const folder = join(labsFolder(), name);
  return { name, folder, tag: `gw${createHash("sha256").update(folder).digest("hex").slice(0, 8)}` };
}

export const isName = (name: string): boolean => /^[a-z][a-z0-9-]{0,30}$/.test(name);

/** Throws unless `name` can be a host name and a folder. */
export function checkName(kind: "lab" | "host", name: string): void {
  if (!isName(name)) {
    throw new Error(`${kind} name "${name}": give up to 31 lower-case letters, digits and dashes, a letter first`);
  }
}

export const hostFolder = (lab: Lab, host: Host): string => join(lab.folder, "hosts", host.name);

/** Link, network namespace and nspawn machine of a host: the tag and the last number of its address. */
export const kernelName = (lab: Lab, host: Host): string => `${lab.tag}-${host.address.split(".")[3]}`;

/** Where sshd of a host answers: at its own address, and where a machine cannot reach that, as a Mac, at a port of its own. */
export function doorOf(host: Host): { address: string; port: number } {
  if (process.platform === "linux") return { address: host.address, port: 22 };
  const [, second = 0, third = 0, last = 0] = host.address.split(".").map(Number);
  return { address: "127.0.0.1", port: 20_000 + (((second & 1) * 256 + third) * 32 + (last % 32)) };
}

/** The files of a lab that programs and people use. */
export const labFiles = (lab: Lab) => ({
  sshConfig: join(lab.folder, "ssh_config"),
  knownHosts: join(lab.folder, "known_hosts"),
  key: join(lab.folder, "keys", "id_ed25519"),
  passphrase: join(lab.folder, "passphrase"),
  state: join(lab.folder, "state"),
  config: join(lab.folder, "Pulumi.lab.yaml"),
});

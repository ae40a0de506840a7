import { existsSync } from "node:fs";
import { join } from "node:path";
import { execaSync } from "execa";
import { systemEnv, systemPath } from "./run.ts";

const packages = {
  mmdebstrap: ["mmdebstrap"],
  "debian-archive-keyring": ["/usr/share/keyrings/debian-archive-keyring.gpg"],
  "systemd-container": ["systemd-nspawn"],
  iproute2: ["ip"],
  nftables: ["nft"],
  "openssh-client": ["ssh", "ssh-keygen"],
  // What Ollama is built with where it cannot be downloaded.
  "g++": ["g++"],
  "nlohmann-json3-dev": ["/usr/include/nlohmann/json.hpp"],
  "libstb-dev": ["/usr/include/stb/stb_image.h"],
};

const present = (path: readonly string[], file: string) =>
  [...path.map((folder) => join(folder, file)), file].some(existsSync);

/** Debian packages that a lab needs and this machine lacks. */
export const missingPackages = (path: readonly string[] = systemPath): string[] =>
  Object.entries(packages)
    .filter(([, files]) => !files.every((file) => present(path, file)))
    .map(([name]) => name);

/** Why this machine cannot run hosts by systemd-nspawn and what would help, or `undefined` when it can. */
export function nspawnObstacle(): string | undefined {
  if (process.platform !== "linux")
    return `a lab needs Linux, and this is ${process.platform}: use a Linux machine or VM, or Docker (--backend docker)`;
  if (process.getuid?.() !== 0)
    return "a lab makes namespaces, mounts and a bridge: run it as root, or use Docker (--backend docker)";
  const missing = missingPackages();
  if (missing.length > 0) {
    return `a lab needs ${missing.join(", ")}: apt-get update && apt-get install -y ${missing.join(" ")}`;
  }
  return undefined;
}

/** The same for a Docker engine. */
export function dockerObstacle(): string | undefined {
  const { exitCode, stderr } = execaSync("docker", ["version"], { env: systemEnv, reject: false });
  if (exitCode === 0) return undefined;
  if (exitCode === undefined) return "a lab on Docker needs docker: apt-get install -y docker.io, or Docker Desktop";
  return `a lab on Docker needs its engine, which does not answer: ${stderr}; start it, and add yourself to its group`;
}

// No host is trusted on first use: its key is pinned, or known_hosts has it.
import { readFile } from "node:fs/promises";
import type { ServerHostKeyAlgorithm } from "ssh2";
import { ConnectionMisconfigured, HostKeyRefused } from "./errors.ts";
import { fingerprint, type HostKey, knownKeys, parseKey } from "./known-hosts.ts";
import type { SshSettings } from "./ssh-settings.ts";

export interface HostKeyCheck {
  /** Types we know a key of come first, or the host might present another one than we know. */
  readonly algorithms: ServerHostKeyAlgorithm[];
  /** Why the presented key is refused; `undefined` where it is accepted. */
  refuse(blob: Buffer): HostKeyRefused | undefined;
}

const supported: ServerHostKeyAlgorithm[] = [
  "ssh-ed25519",
  "ecdsa-sha2-nistp256",
  "ecdsa-sha2-nistp384",
  "ecdsa-sha2-nistp521",
  "rsa-sha2-512",
  "rsa-sha2-256",
];

export async function hostKeyCheck(host: string, settings: SshSettings): Promise<HostKeyCheck> {
  const { address, port, hostKey: pinned, knownHostsFiles } = settings;
  const keys = pinned ? [parseKey(Buffer.from(pinned.split(" ")[1]!, "base64"))] : await known(host, settings);
  const isKnown = (algorithm: string) =>
    keys.some(({ type }) => type === (algorithm.startsWith("rsa-") ? "ssh-rsa" : algorithm));

  return {
    algorithms: [...supported.filter(isKnown), ...supported.filter((algorithm) => !isKnown(algorithm))],
    refuse(blob) {
      const same = keys.filter((key) => key.blob.equals(blob));
      if (same.length > 0 && !same.some((key) => key.revoked)) return undefined;

      const source = pinned ? `hosts.${host}.hostKey` : knownHostsFiles.join(", ");
      const presented = `${parseKey(blob).type} ${fingerprint(blob)}`;
      const where = port === 22 ? address : `[${address}]:${port}`;
      if (same.length > 0) return new HostKeyRefused(host, `${where} presents a revoked key: ${presented} (${source})`);
      if (keys.length === 0) return new HostKeyRefused(host, unknown(where, address, port, presented, knownHostsFiles));

      const expected = keys.map((key) => `${key.type} ${fingerprint(key.blob)}`).join(" or ");
      const mend = pinned
        ? `set \`${source}\` to the new key`
        : `\`ssh-keygen -R '${where}' -f ${knownHostsFiles[0]}\` and add the new key`;
      return new HostKeyRefused(
        host,
        `the host key of ${where} changed, or another machine answers: expected ${expected} (${source}), ` +
          `presented ${presented}. Find out why; if it is right, ${mend}`,
      );
    },
  };
}

const unknown = (where: string, address: string, port: number, presented: string, files: readonly string[]): string =>
  `the host key of ${where} is not known (${files.join(", ")}); presented ${presented}. ` +
  `Compare it on the machine (\`ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub\`), then ` +
  `\`ssh-keyscan -p ${port} ${address} >>${files[0]}\`, or pin it as \`hostKey\``;

async function known(host: string, { knownHostsFiles, address, port }: SshSettings): Promise<HostKey[]> {
  const texts = await Promise.all(
    knownHostsFiles.map((path) =>
      readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
        if (error.code === "ENOENT") return "";
        throw new ConnectionMisconfigured(host, `cannot read the known hosts: ${error.message}`);
      }),
    ),
  );
  return texts.flatMap((text) => knownKeys(text, address, port));
}

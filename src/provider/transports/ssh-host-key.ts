// No host is trusted on first use: its key is pinned, or known_hosts has it.
import { readFile } from "node:fs/promises";
import type { ServerHostKeyAlgorithm } from "ssh2";
import { ConnectionMisconfigured, HostKeyRefused } from "./errors.ts";
import { quote } from "./frames.ts";
import { fingerprint, type HostKey, knownKeys, parseKey } from "./known-hosts.ts";
import type { SshSettings } from "./ssh-settings.ts";

export interface HostKeyCheck {
  /** Types we know a key of come first, or the host might present another one than we know. */
  readonly algorithms: ServerHostKeyAlgorithm[];
  /** Why the presented key is refused; `undefined` where it is accepted. */
  refuse(blob: Buffer): HostKeyRefused | undefined;
}

/** Where the key of a host is looked for, and how to get another one. */
export type KeyPlace = Pick<SshSettings, "keyName" | "hostKey" | "knownHostsFiles" | "reach">;

/** A key that is known, and the file that has it. */
interface KnownKey extends HostKey {
  readonly source: string;
}

/** A key that a host has shown. */
export interface Presented {
  readonly type: string;
  /** As `ssh-keygen -l` shows it. */
  readonly fingerprint: string;
}

const supported: ServerHostKeyAlgorithm[] = [
  "ssh-ed25519",
  "ecdsa-sha2-nistp256",
  "ecdsa-sha2-nistp384",
  "ecdsa-sha2-nistp521",
  "rsa-sha2-512",
  "rsa-sha2-256",
];

export async function hostKeyCheck(host: string, place: KeyPlace): Promise<HostKeyCheck> {
  const keys = await known(host, place);
  const isKnown = (algorithm: string) =>
    keys.some(({ type }) => type === (algorithm.startsWith("rsa-") ? "ssh-rsa" : algorithm));
  return {
    algorithms: [...supported.filter(isKnown), ...supported.filter((algorithm) => !isKnown(algorithm))],
    refuse: (blob) => refusal(host, place, keys, { type: parseKey(blob).type, fingerprint: fingerprint(blob) }),
  };
}

/** Why a key that a host presents is refused, and what to do; `undefined` where nothing speaks against it. */
export function refusal(
  host: string,
  { keyName, hostKey: pinned, knownHostsFiles, reach }: KeyPlace,
  keys: readonly KnownKey[],
  presented: Presented,
): HostKeyRefused | undefined {
  const same = keys.filter((key) => fingerprint(key.blob) === presented.fingerprint);
  const revoked = same.find((key) => key.revoked);
  if (same.length > 0 && !revoked) return undefined;

  const shown = `${presented.type} ${presented.fingerprint}`;
  const files = knownHostsFiles.join(", ");
  const accept = `\`ssh -o StrictHostKeyChecking=ask -o ${into(knownHostsFiles[0]!)} ${reach.map(word).join(" ")}\``;
  if (revoked) {
    return new HostKeyRefused(
      host,
      `${keyName} presents a revoked key: ${shown} (marked @revoked in ${revoked.source}). Give the machine a new host key`,
    );
  }
  if (keys.length === 0) {
    return new HostKeyRefused(
      host,
      `the host key of ${keyName} is not known (${files}); presented ${shown}. Compare it on the machine ` +
        `(\`ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub\`), then accept it by ${accept}, or pin it as \`hostKey\``,
    );
  }
  const sources = [...new Set(keys.map(({ source }) => source))];
  const expected = keys.map((key) => `${key.type} ${fingerprint(key.blob)}`).join(" or ");
  const forget = sources.map((file) => `\`ssh-keygen -R ${word(keyName)} -f ${word(file)}\``).join(" and ");
  const mend = pinned ? `set \`${pinPlace(host)}\` to the new key` : `${forget}, then accept the new one by ${accept}`;
  return new HostKeyRefused(
    host,
    `the host key of ${keyName} changed, or another machine answers: expected ${expected} (${sources.join(", ")}), ` +
      `presented ${shown}. Find out why; if it is right, ${mend}`,
  );
}

/** All keys that are known of a host. Throws `ConnectionMisconfigured`. */
export async function known(host: string, { hostKey, knownHostsFiles, keyName }: KeyPlace): Promise<KnownKey[]> {
  if (hostKey) return [{ ...parseKey(Buffer.from(hostKey.split(" ")[1]!, "base64")), source: pinPlace(host) }];
  const found = knownHostsFiles.map(async (source) => {
    const text = await readFile(source, "utf8").catch((error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT") return "";
      throw new ConnectionMisconfigured(host, `cannot read the known hosts: ${error.message}`);
    });
    return knownKeys(text, keyName).map((key) => ({ ...key, source }));
  });
  return (await Promise.all(found)).flat();
}

const pinPlace = (host: string): string => `hosts.${host}.hostKey`;

/** ssh takes several files there, apart by spaces. */
const into = (file: string): string => word(`UserKnownHostsFile=${/\s/.test(file) ? `"${file}"` : file}`);

/** A word of a command that people are to run. */
const word = (text: string): string => (/^[\w@%+=:,./~-]+$/.test(text) ? text : quote(text));

// sshd(8), "SSH_KNOWN_HOSTS FILE FORMAT".
import { createHash, createHmac } from "node:crypto";

export interface HostKey {
  /** Such as `ssh-ed25519`. */
  readonly type: string;
  /** The public key in wire format. */
  readonly blob: Buffer;
  readonly revoked: boolean;
}

/** A key as known_hosts, `hostKey` and the wire have it: its type is the first string of the blob. */
export function parseKey(blob: Buffer, revoked = false): HostKey {
  const length = blob.length >= 4 ? blob.readUInt32BE(0) : 0;
  return { type: blob.toString("latin1", 4, 4 + length), blob, revoked };
}

/** As `ssh-keygen -l` shows it. */
export const fingerprint = (blob: Buffer): string =>
  `SHA256:${createHash("sha256").update(blob).digest("base64").replace(/=+$/, "")}`;

/** What known_hosts calls a host that has no `HostKeyAlias`. */
export const nameOf = (address: string, port: number): string =>
  port === 22 ? address.toLowerCase() : `[${address.toLowerCase()}]:${port}`;

/** All keys that a known_hosts file has for a name. Certificate authorities are left out: ssh2 knows none. */
export function knownKeys(text: string, name: string): HostKey[] {
  return text.split("\n").flatMap((line) => {
    const fields = line.trim().split(/\s+/);
    const marker = fields[0]?.startsWith("@") ? fields.shift() : undefined;
    const [hosts, , key] = fields;
    if (!hosts || !key || hosts.startsWith("#") || marker === "@cert-authority") return [];
    return matches(hosts, name) ? [parseKey(Buffer.from(key, "base64"), marker === "@revoked")] : [];
  });
}

function matches(hosts: string, name: string): boolean {
  if (hosts.startsWith("|1|")) {
    const [, , salt, hash] = hosts.split("|");
    return (
      createHmac("sha1", Buffer.from(salt ?? "", "base64"))
        .update(name)
        .digest("base64") === hash
    );
  }
  const patterns = hosts.toLowerCase().split(",");
  const fits = (pattern: string) => glob(pattern).test(name);
  return (
    patterns.some((pattern) => !pattern.startsWith("!") && fits(pattern)) &&
    !patterns.some((pattern) => pattern.startsWith("!") && fits(pattern.slice(1)))
  );
}

/** `*` and `?`, as ssh_config and known_hosts have them. */
export const glob = (pattern: string): RegExp =>
  new RegExp(
    `^${pattern
      .replace(/[.+^${}()|[\]\\]/g, "\\$&")
      .replaceAll("*", ".*")
      .replaceAll("?", ".")}$`,
  );

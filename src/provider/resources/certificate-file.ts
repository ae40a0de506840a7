// What the resources that hold keys and certificates share.
import { Unobservable } from "../errors.ts";
import type { Host } from "../host.ts";
import { contents, files } from "../platforms/posix/files.ts";
import { carryOut } from "../platforms/posix/outcome.ts";
import { giveKey, type KeyFile, type KeyState, makeKey, privateKeys } from "../platforms/posix/tls.ts";
import { type CertificateText, certificateOf } from "../platforms/posix/x509.ts";
import { same } from "../values.ts";
import { attributes } from "./observed-file.ts";

const DAY_MS = 86_400_000;

/** `undefined` where nothing is. Throws `Unobservable` where there is no openssl yet to read what is. */
export async function keyAt(host: Host, path: string): Promise<KeyState | undefined> {
  const key = await host.read(privateKeys, path);
  if (key !== "unreadable") return key;
  const advice = "declare the PackageSet that brings it, make this depend on it, and run again";
  throw new Unobservable(host.name, `${path} cannot be read: the host has no openssl; ${advice}`);
}

/** A key with its request: a new one where there is none, else the one that is there. */
export async function holdKey(host: Host, key: KeyFile): Promise<void> {
  const { path, mode, owner, group } = key;
  const entry = await host.read(files, path);
  if (entry && !same(attributes(entry, key), { mode, owner, group })) await carryOut(host, giveKey(key));
  await carryOut(host, makeKey(key));
  host.remember(files, path);
  host.remember(privateKeys, path);
}

/** `undefined` where there is none, or what is there is none. */
export async function certificateAt(host: Host, path: string): Promise<CertificateText | undefined> {
  const entry = await host.read(files, path);
  const bytes = entry?.type === "file" ? await host.read(contents, path) : undefined;
  return certificateOf(bytes?.toString("utf8"));
}

/** The fault of one that ends within so many days. An import has no opinion. */
export function endsSoon({ notAfter }: CertificateText, renewBeforeDays: number | undefined): string[] {
  const left = Math.floor((notAfter.getTime() - Date.now()) / DAY_MS);
  if (renewBeforeDays === undefined || left >= renewBeforeDays) return [];
  const when = left < 0 ? `ended ${-left} days ago` : `ends in ${left} days`;
  return [`${when}, on ${notAfter.toISOString().slice(0, 10)}`];
}

export const outputs = ({ pem, notAfter, fingerprint }: CertificateText) => ({
  certificate: pem,
  notAfter: notAfter.toISOString(),
  fingerprint,
});

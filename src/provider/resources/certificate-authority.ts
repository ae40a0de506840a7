import { certificateAuthoritySchema } from "../../schemas/certificate-authority.ts";
import { HostError } from "../errors.ts";
import type { Host } from "../host.ts";
import { files } from "../platforms/posix/files.ts";
import { carryOut } from "../platforms/posix/outcome.ts";
import { makeDirectory } from "../platforms/posix/safe-write.ts";
import {
  authorityCertificate,
  authorityKey,
  privateKeys,
  removeAuthority,
  signAuthority,
} from "../platforms/posix/tls.ts";
import { defineResource } from "../resource.ts";
import { certificateAt, endsSoon, holdKey, keyAt, outputs } from "./certificate-file.ts";

/** For root alone; by number, since root's group has other names on other systems. */
const secret = { owner: "root", group: "0" };

/** Holds an authority: a key that never leaves its host, and the certificate that it signed for itself. */
export default defineResource(certificateAuthoritySchema, {
  name: ({ path }) => path,
  holds: ({ path }) => [path],
  identify: (name) => ({ path: name }),

  async observe(host, { path, renewBeforeDays }) {
    const [entry, key, certificate] = await Promise.all([
      host.read(files, authorityKey(path)),
      keyAt(host, authorityKey(path)),
      certificateAt(host, authorityCertificate(path)),
    ]);
    if (certificate && !key) {
      const advice = `restore it, or remove ${authorityCertificate(path)} to make a new authority`;
      throw new HostError(host.name, `${authorityKey(path)} is gone, but its certificate is still there: ${advice}`);
    }
    if (!entry || !key || !certificate) return undefined;

    const exposed = entry.mode !== "0600" || entry.uid !== "0";
    const faults = [
      ...(exposed ? [`ca.key has mode ${entry.mode} and belongs to ${entry.owner}`] : []),
      ...(certificate.publicKeySha256 === key.publicKeySha256 ? [] : ["ca.crt is of another key"]),
      ...endsSoon(certificate, renewBeforeDays),
    ];
    const { commonName, days } = certificate;
    return { host: host.name, path, commonName, days, faults, ...outputs(certificate) };
  },

  async reconcile(host, { path, commonName, days }) {
    await carryOut(host, makeDirectory(path, { mode: "0700", ...secret }));
    await holdKey(host, { path: authorityKey(path), mode: "0600", ...secret, commonName });
    await carryOut(host, signAuthority(path, days, await ownRequest(host, path)));
    host.remember(files, authorityCertificate(path));
  },

  async remove(host, { path, destroyOnDelete }) {
    if (destroyOnDelete) await carryOut(host, removeAuthority(path));
    host.forget(files, authorityKey(path));
    host.forget(privateKeys, authorityKey(path));
    host.forget(files, authorityCertificate(path));
  },
});

async function ownRequest(host: Host, path: string): Promise<string> {
  const key = await keyAt(host, authorityKey(path));
  if (key?.request) return key.request.pem;
  throw new HostError(host.name, `${authorityKey(path)} holds no private key that can be read; restore it`);
}

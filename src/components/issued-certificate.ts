import * as pulumi from "@pulumi/pulumi";

import { Certificate, type CertificateAuthority, File, PrivateKey } from "./resources.ts";

export interface IssuedCertificateArgs {
  /** Host that makes the key and uses the certificate; the authority may be on another. */
  host: string;
  /** Signs the certificate. */
  authority: CertificateAuthority;
  /** Unique among the authority's certificates, and the subject. */
  commonName: string;
  /** Existing folder that gets NAME.key and NAME.crt. */
  folder: pulumi.Input<string>;
  /** User that reads the key. @default root */
  owner?: string;
  /** Group of the key. @default root */
  group?: string;
  /** `DNS:storage`, `IP:192.168.1.13`. A server needs at least one. @default none */
  subjectAlternativeNames?: string[];
  /** What it may be shown as. @default ["server"] */
  usages?: ("server" | "client")[];
  /** Days that it lasts. @default 397 */
  days?: number;
  /** It is signed anew once no more than so many days are left. @default 30 */
  renewBeforeDays?: number;
  /** A higher number makes a new key beside the old one, which goes once nothing uses it. @default 1 */
  rotation?: number;
}

/**
 * A key on the host that uses it, and the certificate that an authority of any host signed for it. Only what is public
 * travels: the request to the authority, the certificate back.
 *
 * @example
 * import { CertificateAuthority } from "./resources.ts";
 *
 * const authority = new CertificateAuthority("authority", {
 *   host: "storage",
 *   path: "/etc/groundwork/authority",
 *   commonName: "Project SOT",
 * });
 * const site = new IssuedCertificate("site", {
 *   host: "control",
 *   authority,
 *   commonName: "site",
 *   folder: "/etc/nginx/tls",
 *   subjectAlternativeNames: ["DNS:mac-mini-1", "IP:198.18.0.11"],
 * });
 * export const restartOn = { certificate: site.fingerprint };
 */
export class IssuedCertificate extends pulumi.ComponentResource {
  /** Path of the key on its host. */
  readonly key: pulumi.Output<string>;
  /** Path of the certificate on the same host, known once it is there. */
  readonly certificate: pulumi.Output<string>;
  /** SHA-256 of the certificate: changes with each renewal. */
  readonly fingerprint: pulumi.Output<string>;
  /** SHA-256 of the public key, by which KES knows a client. */
  readonly identity: pulumi.Output<string>;
  /** When it ends, UTC. */
  readonly notAfter: pulumi.Output<string>;

  constructor(name: string, args: IssuedCertificateArgs, opts?: pulumi.ComponentResourceOptions) {
    super("groundwork:tls:IssuedCertificate", name, {}, opts);
    const { host, authority, commonName, folder, owner, group, rotation = 1 } = args;
    const { subjectAlternativeNames, usages, days, renewBeforeDays } = args;
    const file = rotation === 1 ? commonName : `${commonName}-${rotation}`;

    const key = new PrivateKey(
      `${name}-key`,
      { host, path: pulumi.interpolate`${folder}/${file}.key`, commonName, owner, group },
      { parent: this },
    );
    const issued = new Certificate(
      `${name}-certificate`,
      {
        host: authority.host,
        authority: authority.path,
        name: file,
        request: key.request,
        subjectAlternativeNames,
        usages,
        days,
        renewBeforeDays,
      },
      { parent: this },
    );
    const copy = new File(
      `${name}-copy`,
      { host, path: pulumi.interpolate`${folder}/${file}.crt`, content: issued.certificate },
      { parent: this },
    );

    this.key = key.path;
    this.certificate = copy.path;
    this.fingerprint = issued.fingerprint;
    this.identity = key.publicKeySha256;
    this.notAfter = issued.notAfter;
    this.registerOutputs({ certificate: this.certificate, identity: this.identity, notAfter: this.notAfter });
  }
}

import * as pulumi from "@pulumi/pulumi";

import type { Endpoint } from "../endpoint.ts";
import { IssuedCertificate } from "../issued-certificate.ts";
import { type CertificateAuthority, Directory, File } from "../resources.ts";

export interface KesClientArgs {
  /** Who it is: its policy's name. */
  identity: string;
  /** Host that makes its key. */
  host: string;
  /** User who reads its key. @default root */
  owner?: string;
  /** Signs its certificate, and that of the server. */
  authority: CertificateAuthority;
  /** Days that its certificate lasts. @default 90 */
  days?: number;
  /** A higher number makes a new identity. @default 1 */
  rotation?: number;
  /** Text of a program that encrypts files with this client; it lies beside the client's file. @default none */
  seal?: string;
}

/** Where a program finds out which KES to ask, and as whom. */
export const clientFile = (identity: string): string => `/etc/kes-${identity}/client.env`;

/** `seal KEY FILE SEALED` and `seal -d SEALED FILE`, see templates/kes/seal. */
export const sealProgram = (identity: string): string => `/etc/kes-${identity}/seal`;

/**
 * A client of KES on the host that uses it: key, certificate, and once `points` is told the server, a file that names them
 * as environment variables.
 *
 * @example
 * import { CertificateAuthority } from "../resources.ts";
 *
 * const authority = new CertificateAuthority("authority", { host: "storage", path: "/etc/kes/authority", commonName: "KES" });
 * const client = new KesClient("agent", { identity: "sot-query-agent", host: "control", owner: "sot", authority });
 * client.points({ address: "198.18.0.13", port: 8080 }, { dependsOn: [authority] });
 */
export class KesClient extends pulumi.ComponentResource {
  /** SHA-256 of its public key. */
  readonly identity: pulumi.Output<string>;
  /** Path of its certificate on its host. */
  readonly certificate: pulumi.Output<string>;
  /** Path of its key there. */
  readonly key: pulumi.Output<string>;
  /** When its certificate ends, UTC. */
  readonly notAfter: pulumi.Output<string>;
  readonly #args: KesClientArgs;
  readonly #name: string;
  readonly #authority: pulumi.Output<string>;

  constructor(name: string, args: KesClientArgs, opts?: pulumi.ComponentResourceOptions) {
    super("groundwork:macminis:KesClient", name, {}, opts);
    const { identity, host, owner, authority, days = 90, rotation } = args;
    const path = `/etc/kes-${identity}`;
    const folder = new Directory(`${name}-folder`, { host, path }, { parent: this });
    const issued = new IssuedCertificate(
      `${name}-issued`,
      {
        host,
        authority,
        commonName: identity,
        folder: path,
        owner,
        usages: ["client"],
        days,
        renewBeforeDays: Math.ceil(days / 3),
        rotation,
      },
      { parent: this, dependsOn: [folder] },
    );
    const trusted = new File(
      `${name}-authority`,
      { host, path: `${path}/authority.crt`, content: authority.certificate },
      { parent: this, dependsOn: [folder] },
    );

    if (args.seal !== undefined) {
      new File(
        `${name}-seal`,
        { host, path: sealProgram(identity), content: args.seal, mode: "0755" },
        { parent: this, dependsOn: [folder] },
      );
    }

    this.#args = args;
    this.#name = name;
    this.#authority = trusted.path;
    this.identity = issued.identity;
    this.certificate = issued.certificate;
    this.key = issued.key;
    this.notAfter = issued.notAfter;
    this.registerOutputs({ identity: this.identity });
  }

  /** Writes the file that says which server, and as whom. Make it depend on the server knowing this identity. */
  points({ address, port }: Pick<Endpoint, "address" | "port">, { dependsOn }: { dependsOn: pulumi.Resource[] }): File {
    const content = pulumi.interpolate`KES_SERVER=https://${address}:${port}
KES_CACERT=${this.#authority}
KES_CLIENT_CERT=${this.certificate}
KES_CLIENT_KEY=${this.key}
`;
    const { host, identity } = this.#args;
    return new File(`${this.#name}-client`, { host, path: clientFile(identity), content }, { parent: this, dependsOn });
  }
}

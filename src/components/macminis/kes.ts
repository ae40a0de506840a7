import * as pulumi from "@pulumi/pulumi";

import type { Artefact } from "../../schemas/artefact.ts";
import type { PlatformName } from "../../schemas/host.ts";
import type { KesConfig } from "../../schemas/macminis/keys.ts";
import type { LimitedArgs } from "../endpoint.ts";
import { installed } from "../installed.ts";
import { IssuedCertificate } from "../issued-certificate.ts";
import { kesTools } from "../key-software.ts";
import { CertificateAuthority, Configuration, Daemon, File, KesKey, PackageSet } from "../resources.ts";
import { softwareOn } from "../software.ts";
import type { CertificateEnd } from "./certificate-metrics.ts";
import { clientFile, KesClient } from "./kes-client.ts";
import { checkedBy, kesYaml, keyName, keyNames, takenIn } from "./kes-config.ts";
import { urlOf } from "./urls.ts";

export interface KesArgs extends LimitedArgs {
  /** The program; no platform has a package of it. */
  artefact: Artefact;
  /** A key for each bucket or cubby, by name. */
  keys: KesConfig["keys"];
  /** Who may do what, by name of the agent; each with the operating system of its host. */
  agents: Record<string, KesConfig["agents"][string] & { platform: PlatformName }>;
  /** Text of the program that encrypts files for an agent. */
  seal: string;
}

/**
 * KES, which keeps keys on its disk and lets only clients with a certificate of its own authority use them: each agent what
 * its policy says, the admin, whose key never leaves the host of KES, everything.
 *
 * A key's next `version` encrypts, those before stay to decrypt with. An agent's next `rotation` is another identity, which
 * takes the place of the one before without a restart.
 *
 * @example
 * import { readFileSync } from "node:fs";
 *
 * const kes = new Kes("kes", {
 *   endpoint: { host: "storage", platform: "debian", address: "198.18.0.13", port: 8080 },
 *   memoryMiB: 128,
 *   artefact: { source: "kes.tar.gz", sha256: "0".repeat(64), stripComponents: 0, args: [], env: {} },
 *   keys: { "wiki-knowledge-key": { version: 2, oldest: 1 } },
 *   agents: {
 *     "sot-query-agent": {
 *       host: "control",
 *       platform: "debian",
 *       owner: "root",
 *       keys: ["wiki-knowledge-key"],
 *       operations: ["decrypt"],
 *       days: 90,
 *       rotation: 1,
 *     },
 *   },
 *   seal: readFileSync("templates/kes/seal", "utf8"),
 * });
 * export const key = kes.current["wiki-knowledge-key"];
 */
export class Kes extends pulumi.ComponentResource {
  /** Known once it answers. */
  readonly url: pulumi.Output<string>;
  /** What each key is called that encrypts now; known once it is there. */
  readonly current: Readonly<Record<string, pulumi.Output<string>>>;
  /** When the certificates of server and clients end. */
  readonly certificateEnds: readonly CertificateEnd[];
  /** Files on the agents' hosts that say which server to ask and as whom; known once KES knows the agent. */
  readonly clients: Readonly<Record<string, pulumi.Output<string>>>;

  constructor(name: string, args: KesArgs, opts?: pulumi.ComponentResourceOptions) {
    super("groundwork:macminis:Kes", name, {}, opts);
    const { endpoint, keys } = args;
    const { host, platform, address, port } = endpoint;
    const own = { parent: this };
    const software = softwareOn(platform, "kes");
    const { configuration: folder, user } = software;
    const state = args.artefact.dataDir ?? software.state;

    const { program, parts, restartOn } = installed(name, endpoint, { ...software, state }, own, args.artefact);
    const authority = new CertificateAuthority(
      `${name}-authority`,
      { host, path: `${folder}/authority`, commonName: "KES" },
      { ...own, dependsOn: parts },
    );
    const trusted = new File(
      `${name}-trusted`,
      { host, path: `${folder}/authority.crt`, content: authority.certificate },
      own,
    );
    const server = new IssuedCertificate(
      `${name}-server`,
      {
        host,
        authority,
        commonName: "kes",
        folder,
        owner: user,
        subjectAlternativeNames: [`IP:${address}`, `DNS:${host}`],
      },
      { ...own, dependsOn: parts },
    );
    const admin = new KesClient(`${name}-admin`, { identity: "admin", host, authority }, own);
    const agents = Object.entries(args.agents).map(([agent, said]) => {
      const client = new KesClient(`${name}-${agent}`, { ...said, identity: agent, authority, seal: args.seal }, own);
      return { agent, said, client };
    });

    const content = pulumi
      .all([admin.identity, server.key, server.certificate, pulumi.all(agents.map(({ client }) => client.identity))])
      .apply(([identity, key, certificate, identities]) => {
        const known = agents.map(
          ({ agent, said }, at) => [agent, { ...said, identity: identities[at] ?? "" }] as const,
        );
        const places = { state, key, certificate, authority: `${folder}/authority.crt` };
        return kesYaml({ admin: identity, agents: Object.fromEntries(known), keys }, places);
      });
    const path = `${folder}/config.yml`;
    const live = pulumi
      .all([admin.certificate, admin.key, pulumi.all(agents.map(({ client }) => client.identity))])
      .apply(([cert, key, identities]) => takenIn(clientFile("admin"), { cert, key }, identities));
    const configuration = new Configuration(
      `${name}-configuration`,
      {
        host,
        name: "kes",
        files: { [path]: { content, mode: "0640", group: software.group } },
        validate: checkedBy(program, path),
        activate: { unit: software.daemon, action: "reload" },
        healthy: live,
        settleSec: 0,
      },
      { ...own, dependsOn: [...parts, trusted] },
    );
    const daemon = new Daemon(
      `${name}-daemon`,
      {
        host,
        name: software.daemon,
        description: "Key Encryption Service",
        program,
        // The address is no matter of config.yml: a reload does not change it.
        arguments: ["server", "--addr", `${address}:${port}`, "--config", path, ...args.artefact.args],
        environment: args.artefact.env,
        user,
        group: software.group,
        limits: { memoryMiB: args.memoryMiB },
        restartOn,
        reloadOn: { certificate: server.fingerprint, authority: authority.fingerprint },
        listens: [{ port }],
      },
      { ...own, dependsOn: [configuration] },
    );

    for (const [place, system] of new Map(agents.map(({ said }) => [said.host, said.platform]))) {
      new PackageSet(`${name}-tools-${place}`, { host: place, name: "kes-clients", packages: kesTools(system) }, own);
    }
    const adminFile = admin.points(endpoint, { dependsOn: [daemon] });
    const files = agents.map(({ agent, client }) => [agent, client.points(endpoint, { dependsOn: [daemon] })] as const);
    this.url = daemon.name.apply(() => urlOf(endpoint, "https"));
    this.certificateEnds = [
      { host, name: "kes", ends: server.notAfter },
      { host, name: "kes-admin", ends: admin.notAfter },
      ...agents.map(({ agent, said, client }) => ({ host: said.host, name: `kes-${agent}`, ends: client.notAfter })),
    ];
    this.current = keysIn(name, host, keys, adminFile, own);
    this.clients = Object.fromEntries(files.map(([agent, file]) => [agent, file.path]));
    this.registerOutputs({ url: this.url });
  }
}

/** @returns what each key is called that encrypts now */
function keysIn(
  name: string,
  host: string,
  keys: KesConfig["keys"],
  client: File,
  opts: pulumi.CustomResourceOptions,
): Record<string, pulumi.Output<string>> {
  const current = Object.entries(keys).map(([key, versions]) => {
    const made = keyNames(key, versions).map((version) => {
      const args = { host, name: version, client: client.path };
      return [version, new KesKey(`${name}-key-${version}`, args, opts).name] as const;
    });
    const newest = made.find(([version]) => version === keyName(key, versions.version));
    return [key, newest?.[1] ?? pulumi.output(key)] as const;
  });
  return Object.fromEntries(current);
}

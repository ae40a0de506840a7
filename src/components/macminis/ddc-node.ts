import * as pulumi from "@pulumi/pulumi";

import type { Artefact } from "../../schemas/artefact.ts";
import type { Endpoint } from "../endpoint.ts";
import { installed } from "../installed.ts";
import { keySoftwareOn } from "../key-software.ts";
import { Daemon, Exec } from "../resources.ts";
import { unpacked } from "../unpacked.ts";

export interface DdcNodeArgs {
  endpoint: Endpoint;
  memoryMiB: number;
  /** The node's program; nobody publishes one yet (MM-20). */
  artefact: Artefact;
  /**
   * Copy to other nodes what an agent of KES on the same host has encrypted: `seal` is its program, `key` the key. The node
   * is told only after a random text has been encrypted and decrypted so (MM-18). @default no copies
   */
  sync?: { seal: pulumi.Input<string>; key: pulumi.Input<string> };
}

/**
 * A node of the Decentralized Data Cluster, as its artefact has it: the arguments and variables that the artefact gives, and
 * LISTEN_ADDRESS, PORT, DATA_DIR and SYNC (true or false) as variables.
 *
 * @example
 * new DdcNode("ddc", {
 *   endpoint: { host: "storage", platform: "debian", address: "198.18.0.13", port: 9090 },
 *   memoryMiB: 512,
 *   artefact: { source: "ddc.tar.gz", sha256: "0".repeat(64), stripComponents: 0, program: "ddc", args: [], env: {} },
 * });
 */
export class DdcNode extends pulumi.ComponentResource {
  /** `address:port`, known once it listens. */
  readonly target: pulumi.Output<string>;

  constructor(name: string, args: DdcNodeArgs, opts?: pulumi.ComponentResourceOptions) {
    super("groundwork:macminis:DdcNode", name, {}, opts);
    const { artefact, sync } = args;
    const { host, platform, address, port } = args.endpoint;
    const software = keySoftwareOn(platform, "ddc");
    const state = artefact.dataDir ?? software.state;

    const { program, archive } = unpacked(name, host, artefact, { parent: this });
    const parts = [archive, ...installed(name, host, { ...software, state }, { parent: this })];
    const proven = sync ? [roundTrip(name, host, sync, { parent: this })] : [];
    const daemon = new Daemon(
      `${name}-daemon`,
      {
        host,
        name: software.daemon,
        description: "Node of the Decentralized Data Cluster",
        program,
        arguments: artefact.args,
        environment: {
          LISTEN_ADDRESS: address,
          PORT: String(port),
          DATA_DIR: state,
          SYNC: String(sync !== undefined),
          ...artefact.env,
        },
        user: software.user,
        group: software.group,
        limits: { memoryMiB: args.memoryMiB },
        restartOn: { artefact: artefact.sha256 },
        listens: [{ port }],
      },
      { parent: this, dependsOn: [...parts, ...proven] },
    );

    this.target = daemon.name.apply(() => `${address}:${port}`);
    this.registerOutputs({ target: this.target });
  }
}

/** Fails with what `seal` says where text does not come back as it was. */
function roundTrip(
  name: string,
  host: string,
  { seal, key }: NonNullable<DdcNodeArgs["sync"]>,
  opts: pulumi.CustomResourceOptions,
): Exec {
  const words = [seal, "-t", key];
  return new Exec(`${name}-round-trip`, { host, name: `${name}-round-trip`, check: words, command: words }, opts);
}

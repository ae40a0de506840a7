import * as pulumi from "@pulumi/pulumi";

import type { Artefact } from "../../schemas/artefact.ts";
import type { DdcContainer } from "../../schemas/macminis/ddc.ts";
import type { LimitedArgs } from "../endpoint.ts";
import { installed } from "../installed.ts";
import { Daemon, Exec } from "../resources.ts";
import { softwareOn } from "../software.ts";
import { contained } from "./ddc-container.ts";

export interface DdcNodeArgs extends LimitedArgs {
  /** The node's program, or its image; nobody publishes one yet (MM-20). */
  program: Artefact | DdcContainer;
  /**
   * Copy to other nodes what an agent of KES has encrypted. The node is told only after a random text has been encrypted and
   * decrypted so (MM-18). @default no copies
   */
  sync?: DdcSync;
}

/** How copies are encrypted before they leave. */
export interface DdcSync {
  /** Host of the agent of KES. */
  host: string;
  /** Path of its program there, see templates/kes/seal. */
  seal: pulumi.Input<string>;
  /** Key of KES that it encrypts with. */
  key: pulumi.Input<string>;
}

/**
 * A node of the Decentralized Data Cluster, as its artefact or container has it: the arguments and variables that are given
 * there, and LISTEN_ADDRESS, PORT, DATA_DIR and SYNC (true or false) as variables.
 *
 * @example
 * new DdcNode("ddc", {
 *   endpoint: { host: "storage", platform: "debian", address: "198.18.0.13", port: 9090 },
 *   memoryMiB: 512,
 *   program: { source: "ddc.tar.gz", sha256: "0".repeat(64), stripComponents: 0, program: "ddc", args: [], env: {} },
 * });
 */
export class DdcNode extends pulumi.ComponentResource {
  /** `address:port`, known once it listens. */
  readonly target: pulumi.Output<string>;

  constructor(name: string, args: DdcNodeArgs, opts?: pulumi.ComponentResourceOptions) {
    super("groundwork:macminis:DdcNode", name, {}, opts);
    const { endpoint, memoryMiB, sync } = args;
    const { host, address, port } = endpoint;
    const parent = { parent: this };
    const { user, group, daemon: known } = softwareOn(endpoint.platform, "ddc");

    const { job, parts } = running(name, args, parent);
    const proven = sync ? [roundTrip(name, sync, parent)] : [];
    const daemon = new Daemon(
      `${name}-daemon`,
      {
        host,
        name: known,
        description: "Node of the Decentralized Data Cluster",
        ...("image" in args.program ? {} : { user, group, limits: { memoryMiB } }),
        ...job,
        listens: [{ port }],
      },
      { ...parent, dependsOn: [...parts, ...proven] },
    );

    this.target = daemon.name.apply(() => `${address}:${port}`);
    this.registerOutputs({ target: this.target });
  }
}

/** What its daemon runs, and what must be there before. */
function running(name: string, args: DdcNodeArgs, opts: pulumi.CustomResourceOptions) {
  const { endpoint, memoryMiB, program: given, sync } = args;
  const { platform, address, port } = endpoint;
  const software = softwareOn(platform, "ddc");
  const environment = { PORT: String(port), SYNC: String(sync !== undefined) };
  if ("image" in given) {
    const { parts: folders } = installed(name, endpoint, software, opts);
    const { job, parts } = contained(name, { endpoint, memoryMiB, container: given, software, environment }, opts);
    return { job, parts: [...folders, ...parts] };
  }
  const state = given.dataDir ?? software.state;
  const { program, parts, restartOn } = installed(name, endpoint, { ...software, state }, opts, given);
  const job = {
    program,
    arguments: given.args,
    environment: { ...environment, LISTEN_ADDRESS: address, DATA_DIR: state, ...given.env },
    restartOn,
  };
  return { job, parts };
}

/** Fails with what `seal` says where text does not come back as it was. */
function roundTrip(name: string, { host, seal, key }: DdcSync, opts: pulumi.CustomResourceOptions): Exec {
  const words = [seal, "-t", key];
  return new Exec(`${name}-round-trip`, { host, name: `${name}-round-trip`, check: words, command: words }, opts);
}

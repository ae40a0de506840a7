import * as pulumi from "@pulumi/pulumi";

import type { Endpoint } from "../endpoint.ts";
import { installed } from "../installed.ts";
import { Daemon } from "../resources.ts";
import { softwareOn } from "../software.ts";

export interface NodeExporterArgs {
  endpoint: Endpoint;
}

/**
 * Metrics of one host.
 *
 * @example
 * new NodeExporter("metrics", {
 *   endpoint: { host: "control", platform: "debian", address: "198.18.0.11", port: 9100 },
 * });
 */
export class NodeExporter extends pulumi.ComponentResource {
  /** `address:port`, known once it answers. */
  readonly target: pulumi.Output<string>;

  constructor(name: string, args: NodeExporterArgs, opts?: pulumi.ComponentResourceOptions) {
    super("groundwork:macminis:NodeExporter", name, {}, opts);
    const { host, platform, address, port } = args.endpoint;
    const software = softwareOn(platform, "nodeExporter");

    const daemon = new Daemon(
      `${name}-daemon`,
      {
        host,
        name: software.daemon,
        description: "Metrics of this host",
        program: software.program,
        arguments: [`--web.listen-address=${address}:${port}`],
        user: software.user,
        listens: [{ port }],
      },
      { parent: this, dependsOn: installed(name, host, software, { parent: this }) },
    );

    this.target = daemon.name.apply(() => `${address}:${port}`);
    this.registerOutputs({ target: this.target });
  }
}

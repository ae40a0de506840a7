import * as pulumi from "@pulumi/pulumi";

import type { Endpoint } from "../endpoint.ts";
import { Configuration, PackageSet, Service } from "../resources.ts";

export interface NodeExporterArgs {
  endpoint: Endpoint;
}

const unit = "prometheus-node-exporter";

/**
 * Metrics of one host.
 *
 * @example
 * new NodeExporter("metrics", { endpoint: { host: "control", address: "198.18.0.11", port: 9100 } });
 */
export class NodeExporter extends pulumi.ComponentResource {
  /** `address:port`, known once it answers. */
  readonly target: pulumi.Output<string>;

  constructor(name: string, args: NodeExporterArgs, opts?: pulumi.ComponentResourceOptions) {
    super("groundwork:macminis:NodeExporter", name, {}, opts);
    const { host, address, port } = args.endpoint;

    const packages = new PackageSet(
      `${name}-packages`,
      { host, name: "node-exporter", packages: { [unit]: "*" } },
      { parent: this },
    );
    const configuration = new Configuration(
      `${name}-configuration`,
      {
        host,
        name: "node-exporter",
        files: { [`/etc/default/${unit}`]: { content: `ARGS="--web.listen-address=${address}:${port}"\n` } },
        activate: { unit, action: "restart" },
      },
      { parent: this, dependsOn: [packages] },
    );
    const service = new Service(`${name}-service`, { host, unit }, { parent: this, dependsOn: [configuration] });

    this.target = service.unit.apply(() => `${address}:${port}`);
    this.registerOutputs({ target: this.target });
  }
}

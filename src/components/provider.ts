import * as pulumi from "@pulumi/pulumi";
import type { z } from "zod";

import type { providerConfig } from "../schemas/host.ts";

/**
 * The connection to every host of a stack. Make one per program: each explicit provider is a process of its own.
 *
 * @example
 * const provider = new Provider("hosts", {
 *   hosts: { storage: { platform: "debian", address: "198.18.0.13", user: "root" } },
 * });
 */
export class Provider extends pulumi.ProviderResource {
  constructor(name: string, config: z.input<typeof providerConfig>, opts?: pulumi.ResourceOptions) {
    // Provider settings travel as strings; addresses, users and passwords are nobody's business in a state file.
    const hosts = pulumi.secret(JSON.stringify(config.hosts));
    super("groundwork", name, { hosts, offline: String(config.offline ?? false) }, opts);
  }
}

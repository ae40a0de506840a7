import * as pulumi from "@pulumi/pulumi";

import type { Model, Service } from "../../checks/model.ts";
import { Firewall, PackageSet } from "../resources.ts";

export interface HostFirewallArgs {
  /** The host to guard, by its name in the model. */
  host: string;
  /** All hosts, and which service connects to which. */
  model: Model;
  /** Networks outside of the model's that operators log in from by SSH. @default none */
  operators?: readonly string[];
}

const sshd = "sshd";

/**
 * Lets in what the model's connections need, and nothing else: a service that moves, changes its port or gets a new user
 * changes the rules by itself. What only its own host uses is not open at all.
 *
 * On macOS the firewall by program is switched off: it would drop what comes in for Homebrew's programs until somebody at
 * the screen allows each, after every upgrade anew; pf decides instead.
 *
 * @example
 * const host = { platform: "debian", memoryMiB: 4096, reservedMiB: 1024 } as const;
 * const service = { memoryMiB: 0, listens: "lan", clients: "users" } as const;
 *
 * new HostFirewall("storage-firewall", {
 *   host: "storage",
 *   model: {
 *     network: "198.18.0.0/24",
 *     hosts: {
 *       control: { ...host, address: "198.18.0.11" },
 *       storage: { ...host, address: "198.18.0.13" },
 *     },
 *     services: [
 *       { ...service, name: "postgres", host: "storage", port: 5432, uses: [], key: "services.postgres" },
 *       { ...service, name: "api", host: "control", port: 3000, uses: ["postgres"], key: "services.api" },
 *     ],
 *   },
 * });
 */
export class HostFirewall extends pulumi.ComponentResource {
  /** Created once they are in force. */
  readonly rules: Firewall;

  constructor(name: string, { host, model, operators = [] }: HostFirewallArgs, opts?: pulumi.ComponentResourceOptions) {
    super("groundwork:macminis:HostFirewall", name, {}, opts);
    const darwin = model.hosts[host]?.platform === "darwin"; // its pf is part of the system
    const packages = darwin
      ? []
      : [new PackageSet(`${name}-packages`, { host, name: "firewall", packages: { nftables: "*" } }, { parent: this })];
    const login = model.services.find((service) => service.name === sshd && service.host === host);

    this.rules = new Firewall(
      `${name}-rules`,
      {
        host,
        rules: firewallRules(model, host),
        ssh: { port: login?.port ?? 22, from: [model.network, ...operators] },
        ...(darwin && { applicationFirewall: "off" as const }),
      },
      { parent: this, dependsOn: packages },
    );
    this.registerOutputs({});
  }
}

/** What other hosts may reach on this one, by service. */
export function firewallRules(model: Model, host: string): Record<string, { ports: number[]; from: string[] }> {
  const here = model.services.filter((one) => one.host === host && one.listens === "lan" && one.name !== sshd);
  const listening = here.filter(({ port }) => port > 0);
  const rules = listening.map((service) => ({
    name: service.name,
    ports: [service.port],
    from: clients(model, service),
  }));
  const open = rules.filter(({ from }) => from.length > 0);
  return Object.fromEntries(open.map(({ name, ...rule }) => [name, rule]));
}

function clients({ hosts, network, services }: Model, { name, host, clients }: Service): string[] {
  if (clients === "network") return [network];
  const users = services.filter((user) => user.uses.includes(name) && user.host !== host);
  return [...new Set(users.flatMap((user) => hosts[user.host]?.address ?? []))].sort();
}

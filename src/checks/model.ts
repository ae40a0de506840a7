import type { PlatformName } from "../schemas/host.ts";

/** A deployment as plain values: what checks judge and components are made from. */
export interface Model {
  readonly hosts: Readonly<Record<string, Host>>;
  /** CIDR of the hosts' network. */
  readonly network: string;
  readonly services: readonly Service[];
}

export interface Host {
  readonly platform: PlatformName;
  readonly address: string;
  readonly memoryMiB: number;
  /** Kept for the operating system. */
  readonly reservedMiB: number;
}

export interface Service {
  readonly name: string;
  readonly host: string;
  /** TCP. */
  readonly port: number;
  readonly memoryMiB: number;
  /** `loopback`: only its own host reaches it. */
  readonly listens: "lan" | "loopback";
  /** Who may connect from other hosts: the whole network, or only the hosts of services that use it. */
  readonly clients: "network" | "users";
  /** Services it connects to, by name. */
  readonly uses: readonly string[];
  /** Where the configuration speaks of it: `services.api`; its port is `port` below that. */
  readonly key: string;
}

/** A rule. */
export interface Check {
  readonly id: string;
  /** Whether the program can run while it is broken. */
  readonly waivable: boolean;
  /** One sentence for each place where it is broken: what is wrong and what to change. */
  broken(model: Model): string[];
}

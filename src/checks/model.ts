import type { PlatformName } from "../schemas/host.ts";

/** A deployment as plain values: what checks judge and components are made from. */
export interface Model {
  readonly hosts: Readonly<Record<string, Host>>;
  /** CIDR of the hosts' network. */
  readonly network: string;
  readonly services: readonly Service[];
  /** Where there is one. */
  readonly database?: Database;
}

export interface Host {
  readonly platform: PlatformName;
  /** What it calls itself. @default its name here */
  readonly hostname?: string;
  /** Empty where none is given, which no program that runs sees. */
  readonly address: string;
  readonly memoryMiB: number;
  /** Kept for the operating system. */
  readonly reservedMiB: number;
  /** As Apple calls it: `M4 Pro`. */
  readonly chip?: string;
  /** Whether it restarts when it hangs, darwin only; `false`: it cannot. @default true */
  readonly restartfreeze?: boolean;
  /** Where services are started from, darwin only. @default LaunchDaemons */
  readonly launchd?: "LaunchDaemons" | "LaunchAgents";
}

export interface Service {
  readonly name: string;
  readonly host: string;
  /** TCP; 0: it only connects. */
  readonly port: number;
  readonly memoryMiB: number;
  /** `loopback`: only its own host reaches it. */
  readonly listens: "lan" | "loopback";
  /** Who may connect from other hosts: the whole network, or only the hosts of services that use it. */
  readonly clients: "network" | "users";
  /** Answers whoever reaches it, without asking who that is. @default false */
  readonly open?: boolean;
  /** What passes between it and its users can be read on the network. @default false */
  readonly plain?: boolean;
  /** Services it connects to, by name. */
  readonly uses: readonly string[];
  /** Where the configuration speaks of it: `services.api`. */
  readonly key: string;
  /** Where it speaks of its port. @default `port` below `key` */
  readonly portKey?: string | undefined;
  /** Port that clients look for it at without being told, where there is one. */
  readonly usualPort?: number | undefined;
  /** Service that it is part of or reads, on the same host wherever that is. */
  readonly beside?: string | undefined;
  /** Only its port and memory are kept: whatever it is runs outside of the program, or will. @default false */
  readonly reserved?: boolean | undefined;
}

/** The database server, and what comes into it from the previous system. */
export interface Database {
  readonly host: string;
  /** Major version; its own dumps are of the same. */
  readonly version: number;
  /** Major versions that the platform's packages have. */
  readonly offered: readonly number[];
  /** Where pgvector for that version comes from; `none`: from nowhere (MM-13). */
  readonly vector: "package" | "source" | "none";
  /** Where its dumps are kept. */
  readonly backup?: { readonly host: string };
  readonly import?: DatabaseImport;
  /** Dimension of the vectors that it is to hold. */
  readonly dimension: number;
}

export interface DatabaseImport {
  /** Host that was dumped. */
  readonly from?: string;
  /** Major version of its server. */
  readonly sourceVersion?: number;
  /** Major version of the pg_dump that dumped it. @default that of the database */
  readonly clientVersion?: number;
  /** Dimension of its vectors. */
  readonly dimension?: number;
  /** Its vectors are left behind. */
  readonly reembed: boolean;
  readonly auth?: "none";
}

import type { PlatformName } from "../schemas/host.ts";

/** Where a service listens and its consumers reach it. */
export interface Endpoint {
  /** The host that runs it, by its name in the provider. */
  readonly host: string;
  /** Operating system of that host. */
  readonly platform: PlatformName;
  /** IPv4. */
  readonly address: string;
  /** TCP. */
  readonly port: number;
}

/** What each service takes. */
export interface ServedArgs {
  /** Where it runs and listens. */
  endpoint: Endpoint;
}

/** What a service takes whose memory its host limits. */
export interface LimitedArgs extends ServedArgs {
  /** Memory in MiB; its host ends it when it takes more. macOS has no such limit for daemons. */
  memoryMiB: number;
}

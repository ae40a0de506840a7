import type { PlatformName } from "../schemas/host.ts";

/** Where a service listens and its consumers reach it. */
export interface Endpoint {
  /** The host that runs it, by its name in the provider. */
  readonly host: string;
  /** Operating system of that host. */
  readonly platform: PlatformName;
  readonly address: string;
  /** TCP. */
  readonly port: number;
}

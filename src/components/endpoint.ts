/** Where a service listens and its consumers reach it. */
export interface Endpoint {
  /** The host that runs it, by its name in the provider. */
  readonly host: string;
  readonly address: string;
  /** TCP. */
  readonly port: number;
}

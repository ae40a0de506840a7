import * as pulumi from "@pulumi/pulumi";

import type { Endpoint } from "../endpoint.ts";

/** How to reach a cache: what its consumers need to know. */
export interface CacheAccess {
  /** Where the server listens. */
  endpoint: Endpoint;
  /** That it wants. */
  password: pulumi.Input<string>;
}

/** With the password, hence secret. */
export function cacheUrl({ endpoint, password }: CacheAccess): pulumi.Output<string> {
  const place = `${endpoint.address}:${endpoint.port}`;
  return pulumi.interpolate`redis://:${pulumi.output(password).apply(encodeURIComponent)}@${place}`;
}

/** Under which Grafana serves, at its own port and behind Nginx alike. */
export const grafanaPath = "/grafana";

export const urlOf = ({ address, port }: Endpoint, scheme = "http"): string => `${scheme}://${address}:${port}`;

/** Where users reach the site; without a name of its own (`_`), by its address. */
export function siteUrl(
  { address, port }: Endpoint,
  { serverName, tls }: { serverName: string; tls: boolean },
): string {
  const [scheme, usual] = tls ? ["https", 443] : ["http", 80];
  return `${scheme}://${serverName === "_" ? address : serverName}${port === usual ? "" : `:${port}`}`;
}

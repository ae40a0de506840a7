// How programs of other hosts reach the database: encrypted, and sure that it is this one.
import * as pulumi from "@pulumi/pulumi";

import { File } from "../resources.ts";
import type { Login } from "./postgres-login.ts";
import type { PostgresAccess } from "./postgres-server.ts";

/** Path, on a client's host, of the certificate of the authority that signed the server's; known once it is there. */
export const trustedAuthority = (
  name: string,
  host: string,
  folder: pulumi.Input<string>,
  { authority }: Pick<PostgresAccess, "authority">,
  opts: pulumi.CustomResourceOptions,
): pulumi.Output<string> =>
  new File(name, { host, path: pulumi.interpolate`${folder}/postgres-authority.crt`, content: authority }, opts).path;

/** What libpq and its like take, with the password. */
export function databaseUrl(
  { endpoint, database }: Pick<PostgresAccess, "endpoint" | "database">,
  { user, password }: Login,
  trusted: pulumi.Input<string>,
): pulumi.Output<string> {
  const place = `${endpoint.address}:${endpoint.port}`;
  const secret = pulumi.output(password).apply(encodeURIComponent);
  const verified = pulumi.interpolate`sslmode=verify-full&sslrootcert=${trusted}`;
  return pulumi.interpolate`postgres://${user}:${secret}@${place}/${database}?${verified}`;
}

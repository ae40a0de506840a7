import * as pulumi from "@pulumi/pulumi";

import type { Endpoint } from "../endpoint.ts";
import { File } from "../resources.ts";
import { metricsFolder } from "../software.ts";

/** When a certificate ends that a host uses. */
export interface CertificateEnd {
  readonly host: string;
  /** For who reads it: `postgres`. */
  readonly name: string;
  /** UTC. */
  readonly ends: pulumi.Input<string>;
}

/**
 * Tells the metrics of a host when its certificates end: nobody can ask for those of clients, nor for PostgreSQL's, which
 * encrypts only after it was asked to, in its own protocol.
 */
export const certificateMetrics = (
  name: string,
  { host, platform }: Pick<Endpoint, "host" | "platform">,
  certificates: readonly CertificateEnd[],
  opts: pulumi.CustomResourceOptions,
): File =>
  new File(
    name,
    {
      host,
      path: `${metricsFolder[platform]}/groundwork-certificates.prom`,
      content: pulumi.output(Object.fromEntries(certificates.map(({ name, ends }) => [name, ends]))).apply(exposition),
    },
    opts,
  );

const exposition = (
  ends: Record<string, string>,
): string => `# HELP groundwork_certificate_end_timestamp_seconds When a certificate ends.
# TYPE groundwork_certificate_end_timestamp_seconds gauge
${Object.entries(ends)
  .map(
    ([name, time]) =>
      `groundwork_certificate_end_timestamp_seconds{certificate="${name}"} ${Date.parse(time) / 1000}\n`,
  )
  .join("")}`;

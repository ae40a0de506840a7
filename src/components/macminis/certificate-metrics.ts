import * as pulumi from "@pulumi/pulumi";

import type { Endpoint } from "../endpoint.ts";
import { File } from "../resources.ts";
import { metricsFolder } from "../software.ts";

/**
 * Tells the metrics of a host when its certificates end, where no probe can read them: PostgreSQL encrypts only after it was
 * asked to, in its own protocol.
 *
 * @param ends ISO times by name of the certificate
 */
export const certificateMetrics = (
  name: string,
  { host, platform }: Pick<Endpoint, "host" | "platform">,
  ends: Record<string, pulumi.Input<string>>,
  opts: pulumi.CustomResourceOptions,
): File =>
  new File(
    name,
    {
      host,
      path: `${metricsFolder[platform]}/groundwork-certificates.prom`,
      content: pulumi.output(ends).apply(exposition),
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

import type * as pulumi from "@pulumi/pulumi";

import { type CertificateEnd, certificateMetrics } from "../../src/components/macminis/certificate-metrics.ts";
import type { Context } from "./context.ts";

/** The metrics of each host tell when its certificates end. @param opts of who needs their folder */
export function certificates(
  { model }: Context,
  ends: readonly CertificateEnd[],
  opts: pulumi.CustomResourceOptions,
): void {
  for (const [host, { platform }] of Object.entries(model.hosts)) {
    const here = ends.filter((one) => one.host === host);
    if (here.length > 0) certificateMetrics(`${host}-certificates`, { host, platform }, here, opts);
  }
}

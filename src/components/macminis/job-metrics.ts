import type * as pulumi from "@pulumi/pulumi";

import type { PlatformName } from "../../schemas/host.ts";
import { Exec } from "../resources.ts";
import { metricsFolder } from "../software.ts";

export interface JobMetrics {
  /** Folder that the job writes to, read by node exporter. */
  readonly folder: string;
  /** The job depends on it: the file is removed after it, or it would tell of the last run for ever. */
  readonly held: pulumi.Resource;
}

/** A place for what a job tells the metrics of its host: the file `groundwork-NAME.prom`, which only the job writes. */
export function jobMetrics(
  name: string,
  { host, platform, file }: { host: string; platform: PlatformName; file: string },
  opts: pulumi.CustomResourceOptions,
): JobMetrics {
  const folder = metricsFolder[platform];
  const undo = ["rm", "-f", `${folder}/groundwork-${file}.prom`];
  const held = new Exec(name, { host, name: `${file}-metrics`, check: ["true"], command: ["true"], undo }, opts);
  return { folder, held };
}

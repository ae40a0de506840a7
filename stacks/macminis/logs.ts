import type * as pulumi from "@pulumi/pulumi";

import { Alloy } from "../../src/components/macminis/alloy.ts";
import { Loki } from "../../src/components/macminis/loki.ts";
import { alloyOf } from "../../src/components/macminis/model-services.ts";
import { obtainable } from "../../src/components/software.ts";
import type { Context } from "./context.ts";
import { off } from "./off.ts";

export interface Logs {
  /** Where they are read; `undefined` where nobody keeps them. */
  readonly url: pulumi.Output<string> | undefined;
  /** Where what ships them tells its metrics, by host. */
  readonly shippers: Readonly<Record<string, string>>;
  readonly endpoints: Readonly<Record<"loki" | "alloy", pulumi.Input<string>>>;
}

/** Logs of all hosts, in Loki. @param files what programs write themselves: paths by job, by host */
export function logs(context: Context, files: Record<string, Record<string, string>>): Logs {
  const { loki, alloy } = context.config.services;
  const url = keeper(context)?.url;
  const shippers = url ? shipped(context, files, url) : {};
  const from = Object.keys(shippers);
  const silent = alloy && !url ? "off: no Loki keeps what it would ship" : off("alloy", alloy);
  return {
    url,
    shippers,
    endpoints: {
      loki: url ?? off("loki", loki),
      alloy: from.length > 0 ? `ships the logs of ${from.join(", ")}` : silent,
    },
  };
}

function keeper({ config: { services }, opts, at }: Context): Loki | undefined {
  const { loki } = services;
  if (!loki || !obtainable(at("loki").platform, "loki", loki.artefact)) return undefined;
  const { grpcPort, retentionDays, artefact } = loki;
  return new Loki("loki", { endpoint: at("loki"), grpcPort, retentionDays, artefact }, opts);
}

/** @returns where each tells its metrics, by host */
function shipped(
  { config: { services, hosts }, opts, at }: Context,
  files: Record<string, Record<string, string>>,
  loki: pulumi.Output<string>,
): Record<string, string> {
  const { alloy } = services;
  if (!alloy) return {};
  const able = Object.keys(hosts).filter((host) => obtainable(hosts[host]!.platform, "alloy", alloy.artefact));
  return Object.fromEntries(
    able.map((host) => {
      const name = alloyOf(host);
      const endpoint = at(name);
      new Alloy(name, { endpoint, loki, files: files[host], artefact: alloy.artefact }, opts);
      return [host, `${endpoint.address}:${endpoint.port}`]; // no output: what misses it must not wait for it
    }),
  );
}

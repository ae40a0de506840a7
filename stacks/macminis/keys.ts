import * as pulumi from "@pulumi/pulumi";

import { DdcDumps } from "../../src/components/macminis/ddc-dumps.ts";
import { DdcNode } from "../../src/components/macminis/ddc-node.ts";
import { Kes } from "../../src/components/macminis/kes.ts";
import { sealProgram } from "../../src/components/macminis/kes-client.ts";
import type { Prometheus } from "../../src/components/macminis/prometheus.ts";
import type { Context } from "./context.ts";
import { template } from "./template.ts";

/** The key service, and the node whose copies it encrypts. Whether the API uses it is for its gate to say. */
export function keys(context: Context, prometheus: Prometheus) {
  const kes = keyService(context);
  // Debian's package starts Prometheus on 9090, the node's port, before it is told its own.
  const ddc = backupNode({ ...context, opts: { ...context.opts, dependsOn: [prometheus] } }, kes);
  const endpoints = {
    kes: kes?.url ?? "off: services.kes is not enabled",
    ddc: ddc?.target ?? "off: services.ddc is not enabled",
  };
  return { endpoints, encryptingKeys: pulumi.all(kes?.current ?? {}), certificateEnds: kes?.certificateEnds ?? [] };
}

function keyService({ config: { services }, model, opts, at }: Context): Kes | undefined {
  const { kes } = services;
  if (!kes?.enabled || !kes.artefact) return undefined;
  const agents = Object.entries(kes.agents).map(([name, agent]) => {
    const platform = model.hosts[agent.host]?.platform;
    if (!platform) throw new Error(`services.kes.agents.${name}.host is ${agent.host}, which is no host`);
    return [name, { ...agent, platform }] as const;
  });
  const { memoryMiB, artefact, keys } = kes;
  return new Kes(
    "kes",
    {
      endpoint: at("kes"),
      memoryMiB,
      artefact,
      keys,
      agents: Object.fromEntries(agents),
      seal: template("kes/seal"),
    },
    opts,
  );
}

type Later = Context & { readonly opts: { readonly dependsOn: Prometheus[] } };

/** The checks have told what is missing for copies (MM-18, MM-20). */
function backupNode({ config: { services }, model, opts, at }: Later, kes: Kes | undefined): DdcNode | undefined {
  const { ddc, postgres } = services;
  const program = ddc?.artefact ?? ddc?.container;
  if (!ddc?.enabled || !program) return undefined;
  const { memoryMiB, agent, key, dumps } = ddc;
  const endpoint = at("ddc");
  const host = services.kes?.agents[agent]?.host;
  const platform = host === undefined ? undefined : model.hosts[host]?.platform;
  const client = kes?.clients[agent];
  const current = kes?.current[key];
  if (!ddc.sync) return new DdcNode("ddc", { endpoint, memoryMiB, program }, opts);
  if (!host || !platform || !client || !current)
    throw new Error(
      `services.ddc.sync needs services.kes with the key ${key} and the agent ${agent} on one of the hosts`,
    );

  const sync = { host, seal: client.apply(() => sealProgram(agent)), key: current };
  const node = new DdcNode("ddc", { endpoint, memoryMiB, program, sync }, opts);
  if (dumps) {
    const { database } = postgres;
    const args = { sync, platform, node: endpoint, database, dumps, program: template("ddc/dumps") };
    new DdcDumps("ddc-dumps", args, { ...opts, dependsOn: [node] });
  }
  return node;
}

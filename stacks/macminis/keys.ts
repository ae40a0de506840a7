import { readFileSync } from "node:fs";
import * as pulumi from "@pulumi/pulumi";

import { DdcNode } from "../../src/components/macminis/ddc-node.ts";
import { Kes } from "../../src/components/macminis/kes.ts";
import { sealProgram } from "../../src/components/macminis/kes-client.ts";
import type { Context } from "./context.ts";

const seal = new URL("../../templates/kes/seal", import.meta.url);

/** The key service where its gate is open, and the node whose copies it encrypts. */
export function keys(context: Context) {
  const kes = keyService(context);
  const ddc = backupNode(context, kes);
  const endpoints = { ...(kes && { kes: kes.url }), ...(ddc && { ddc: ddc.target }) };
  return { endpoints, encryptingKeys: kes && pulumi.all(kes.current) };
}

function keyService({ config: { services, features }, model, opts, at }: Context): Kes | undefined {
  const { kes } = services;
  if (!kes?.enabled || !kes.artefact || !features.kes) return undefined;
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
      seal: readFileSync(seal, "utf8"),
    },
    opts,
  );
}

function backupNode({ config: { services }, opts, at }: Context, kes: Kes | undefined): DdcNode | undefined {
  const { ddc } = services;
  if (!ddc?.enabled || !ddc.artefact) return undefined;
  const { memoryMiB, artefact, sync, agent, key } = ddc;
  const client = kes?.clients[agent];
  const current = kes?.current[key];
  if (sync && !(client && current)) {
    throw new Error(`MM-18 services.ddc.sync needs services.kes with the agent ${agent} and the key ${key}`);
  }
  return new DdcNode(
    "ddc",
    {
      endpoint: at("ddc"),
      memoryMiB,
      artefact,
      ...(sync && client && current && { sync: { seal: client.apply(() => sealProgram(agent)), key: current } }),
    },
    opts,
  );
}

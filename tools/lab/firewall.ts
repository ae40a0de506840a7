import { execa } from "execa";
import type { Lab } from "./place.ts";
import type { Plan } from "./plan.ts";
import { attempt, run, systemEnv } from "./run.ts";

/** Lets the hosts of a lab reach the world: a table of its own, and a way through another's closed forward chain. */
export async function ensureNat(lab: Lab, { subnet }: Plan): Promise<void> {
  if ((await attempt`nft list table ip ${lab.tag}`).exitCode !== 0) {
    const hook = "type nat hook postrouting priority srcnat";
    const rule = `ip saddr ${subnet} ip daddr != ${subnet} masquerade`;
    const input = `table ip ${lab.tag} {\n chain out {\n ${hook};\n ${rule}\n }\n}\n`;
    await execa({ env: systemEnv, input })`nft -f -`;
  }
  await openForward(lab);
}

/** Removes what `ensureNat` added. */
export async function removeNat(lab: Lab): Promise<void> {
  await attempt`nft delete table ip ${lab.tag}`;
  for (const handle of (await forwardChain(lab)).handles) await run`nft delete rule ip filter FORWARD handle ${handle}`;
}

/** Container engines drop what is forwarded unless a rule in this very chain accepts it. */
async function openForward(lab: Lab): Promise<void> {
  const { drops, handles } = await forwardChain(lab);
  if (!drops || handles.length === 2) return;
  for (const direction of ["iifname", "oifname"]) {
    await run`nft insert rule ip filter FORWARD ${direction} ${lab.tag} counter accept comment ${lab.tag}`;
  }
}

interface Ruleset {
  nftables: { chain?: { policy?: string }; rule?: { handle: number; comment?: string } }[];
}

async function forwardChain(lab: Lab): Promise<{ drops: boolean; handles: number[] }> {
  const { exitCode, stdout } = await attempt`nft -json list chain ip filter FORWARD`;
  if (exitCode !== 0) return { drops: false, handles: [] };
  const { nftables }: Ruleset = JSON.parse(stdout);
  return {
    drops: nftables.some(({ chain }) => chain?.policy === "drop"),
    handles: nftables.flatMap(({ rule }) => (rule?.comment === lab.tag ? [rule.handle] : [])),
  };
}

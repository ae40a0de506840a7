import { parseArgs } from "node:util";

import type { Command } from "./command.ts";
import { examine } from "./doctor/examine.ts";
import { examineHosts } from "./doctor/examine-hosts.ts";
import type { Finding } from "./doctor/finding.ts";
import { hostsOf } from "./doctor/stack-hosts.ts";

export const doctor: Command = {
  summary: "what is in use here, what is missing and what to do about it",
  usage: `groundwork doctor [--stack NAME] [--json]

Ends with 1 when something that is needed is missing.

  --stack NAME   the machines of an environment instead of this one: login, root, system, memory, chip, disk, and what a Mac
                 needs; asks each over SSH and changes nothing
  --json         [{ "part", "status": "ok" | "missing" | "optional", "found", "todo"? }]`,

  async run(argv) {
    const options = { json: { type: "boolean" }, stack: { type: "string" } } as const;
    const { json, stack } = parseArgs({ args: [...argv], options }).values;
    const findings = await (stack === undefined ? examine() : examineHosts(await hostsOf(stack)));
    console.log(json ? JSON.stringify(findings, undefined, 2) : table(findings));
    return findings.some(({ status }) => status === "missing") ? 1 : 0;
  },
};

const SIGNS: Record<Finding["status"], string> = { ok: "ok      ", missing: "MISSING ", optional: "-       " };

function table(findings: readonly Finding[]): string {
  const width = Math.max(...findings.map(({ part }) => part.length)) + 2;
  return findings
    .flatMap(({ part, status, found, todo }) => [
      `${SIGNS[status]}${part.padEnd(width)}${found}`,
      ...(todo ? [`${" ".repeat(8 + width)}-> ${todo}`] : []),
    ])
    .join("\n");
}

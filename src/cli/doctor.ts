import { parseArgs } from "node:util";

import { type Command, UsageError } from "./command.ts";
import { examine } from "./doctor/examine.ts";
import type { Finding } from "./doctor/finding.ts";

export const doctor: Command = {
  summary: "what is in use here, what is missing and what to do about it",
  usage: `groundwork doctor [--json]

Ends with 1 when something that is needed is missing.

  --json   [{ "part", "status": "ok" | "missing" | "optional", "found", "todo"? }]`,

  async run(argv) {
    const findings = await examine();
    console.log(wantsJson(argv) ? JSON.stringify(findings, undefined, 2) : table(findings));
    return findings.some(({ status }) => status === "missing") ? 1 : 0;
  },
};

function wantsJson(argv: readonly string[]): boolean {
  try {
    return parseArgs({ args: [...argv], options: { json: { type: "boolean" } } }).values.json ?? false;
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

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

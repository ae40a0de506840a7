import { parseArgs } from "node:util";

import { labNamed } from "../../tools/lab/place.ts";
import { requirePlan } from "../../tools/lab/plan.ts";
import { prepareStack, pulumi, stackName, watchPulumi } from "../../tools/lab/stack.ts";
import type { Command } from "./command.ts";

export const deploy: Command = {
  summary: "`pulumi up` of stack lab on the lab's hosts",
  usage: `groundwork deploy [--lab NAME]

Runs \`pulumi up\` of stack ${stackName} on a lab that is up, then shows what it serves and what to try next.`,

  async run(argv) {
    const { values } = parseArgs({ args: [...argv], options: { lab: { type: "string", default: "default" } } });
    const lab = labNamed(values.lab);
    await requirePlan(lab);
    await prepareStack(lab);
    const exitCode = await watchPulumi(lab, [
      "up",
      "--yes",
      "--skip-preview",
      "--suppress-outputs",
      "--stack",
      stackName,
    ]);
    if (exitCode !== 0) return exitCode;

    const { stdout } = await pulumi(lab, ["stack", "output", "--json", "--stack", stackName]);
    console.log(summary(lab.name, endpointsOf(JSON.parse(stdout))));
    return 0;
  },
};

function endpointsOf(outputs: { endpoints?: Record<string, string> }): [name: string, url: string][] {
  return Object.entries(outputs.endpoints ?? {});
}

function summary(lab: string, endpoints: readonly (readonly [string, string])[]): string {
  const option = lab === "default" ? "" : ` --lab ${lab}`;
  const width = Math.max(...endpoints.map(([name]) => name.length), 0) + 2;
  return [
    "",
    ...endpoints.map(([name, url]) => `  ${name.padEnd(width)}${url}`),
    "",
    "Try next:",
    `  eval "$(npx groundwork lab env${option})"             plain pulumi commands work in this shell then`,
    `  npx groundwork lab ssh control${option} -- systemctl stop nginx`,
    `  npx pulumi preview --stack ${stackName} --diff            shows the drift; \`npx pulumi up --stack ${stackName}\` repairs it`,
    `  npx pulumi config set --stack ${stackName} --path groundwork:services.api.port 3100 && npx pulumi up --stack ${stackName}`,
    `  npx groundwork lab down${option}                       removes everything the lab made`,
    "",
  ].join("\n");
}

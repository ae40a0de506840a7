// The hosts of an environment, as its configuration names them.
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { execa } from "execa";
import { parse } from "yaml";
import { z } from "zod";
import { cliPath, root } from "../../../tools/toolchain/places.ts";
import { configFaults } from "../../schemas/config-fault.ts";
import { type StackConfig, stackConfig } from "../../schemas/stack.ts";
import { expandPaths } from "../../schemas/variables.ts";

const schema = z.object({ hosts: stackConfig.shape.hosts });

/** @throws Error with every fault of its hosts */
export async function hostsOf(stack: string): Promise<StackConfig["hosts"]> {
  const file = process.env["PULUMI_OPTION_CONFIG_FILE"] || path.join(root, `Pulumi.${stack}.yaml`);
  if (!existsSync(file)) throw new Error(`there is no stack ${stack}: ${file} does not exist`);
  const { config } = parse(readFileSync(file, "utf8")) as { config?: Record<string, unknown> };
  const written = config?.["groundwork:hosts"];
  const secret = JSON.stringify(written ?? "").includes('"secure":');
  const { values, faults } = expandPaths({ hosts: secret ? await decrypted(stack) : written }, process.env);
  const all = [...faults, ...configFaults(schema, { stack, values, secretKeys: new Set(secret ? ["hosts"] : []) })];
  if (all.length > 0) throw new Error(all.map(({ key, said, mend }) => `${key} ${said}\n  ${mend}`).join("\n"));
  return schema.parse(values).hosts;
}

/** Only Pulumi itself can read what it encrypted. */
async function decrypted(stack: string): Promise<unknown> {
  const argv = ["config", "get", "groundwork:hosts", "--stack", stack, "--non-interactive"];
  const { exitCode, stdout, stderr, shortMessage } = await execa(cliPath(), argv, { cwd: root, reject: false });
  if (exitCode !== 0) throw new Error(`the secrets of stack ${stack} cannot be read: ${stderr || shortMessage}`);
  return JSON.parse(stdout);
}

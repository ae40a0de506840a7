// The hosts of an environment, as its configuration names them.
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { ExecaError } from "execa";
import { parse } from "yaml";
import { z } from "zod";

import { root } from "../../../tools/toolchain/places.ts";
import { type StackConfig, stackConfig } from "../../schemas/stack.ts";
import { pulumi } from "../pulumi.ts";
import { checkedConfig } from "../stack-config.ts";

const schema = z.object({ hosts: stackConfig.shape.hosts });

/** Asks Pulumi for secrets only, so that there need be no stack yet. @throws Error with every fault of its hosts */
export async function hostsOf(stack: string): Promise<StackConfig["hosts"]> {
  const file = process.env["PULUMI_OPTION_CONFIG_FILE"] || path.join(root, `Pulumi.${stack}.yaml`);
  if (!existsSync(file)) throw new Error(`there is no stack ${stack}: ${file} does not exist`);
  const { config } = parse(readFileSync(file, "utf8")) as { config?: Record<string, unknown> };
  const written = config?.["groundwork:hosts"];
  const secret = JSON.stringify(written ?? "").includes('"secure":');
  const values = { hosts: secret ? await decrypted(stack) : written };
  return checkedConfig(schema, { stack, values, secretKeys: new Set(secret ? ["hosts"] : []) }).hosts;
}

/** Only Pulumi itself can read what it encrypted. */
async function decrypted(stack: string): Promise<unknown> {
  try {
    return JSON.parse((await pulumi("config", "get", "groundwork:hosts", "--stack", stack)).stdout);
  } catch (error) {
    if (!(error instanceof ExecaError)) throw error;
    throw new Error(`the secrets of stack ${stack} cannot be read: ${error.stderr || error.shortMessage}`);
  }
}

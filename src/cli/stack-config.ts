import type { z } from "zod";

import { checked, givenValue, told } from "../schemas/checked-config.ts";
import type { GivenConfig } from "../schemas/config-fault.ts";
import { pulumi } from "./pulumi.ts";

const namespace = "groundwork:";

/** Values of the namespace `groundwork`; secrets are left out unless asked for. */
export async function configOf(stack: string, { secrets = false } = {}): Promise<GivenConfig> {
  const { stdout } = await pulumi("config", "--json", "--stack", stack, ...(secrets ? ["--show-secrets"] : []));
  const ours = Object.entries(JSON.parse(stdout) as Record<string, Entry>)
    .filter(([key]) => key.startsWith(namespace))
    .map(([key, entry]) => [key.slice(namespace.length), entry] as const);
  const given = ({ objectValue, value }: Entry) => objectValue ?? (value === undefined ? value : givenValue(value));
  return {
    stack,
    values: Object.fromEntries(ours.map(([key, entry]) => [key, given(entry)])),
    secretKeys: new Set(ours.filter(([, { secret }]) => secret).map(([key]) => key)),
  };
}

interface Entry {
  readonly value?: string;
  readonly objectValue?: unknown;
  readonly secret: boolean;
}

/** @throws Error with every fault at once */
export function checkedConfig<Schema extends z.ZodObject>(schema: Schema, given: GivenConfig): z.output<Schema> {
  const { config, faults } = checked(schema, given, { environment: process.env });
  if (faults) throw new Error(told(given.stack, faults));
  return config;
}

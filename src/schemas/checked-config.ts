// A configuration as Pulumi has it, and as a program takes it.
import type { z } from "zod";

import { type ConfigFault, configFaults, type GivenConfig } from "./config-fault.ts";
import { type FileFault, fileFaults } from "./local-file.ts";
import { expandPaths } from "./variables.ts";

/** Pulumi hands over text, structured values as JSON; what only looks like JSON stays text, for the schema to refuse. */
export function givenValue(text: string): unknown {
  if (!/^([[{].*|true|false|-?\d+)$/s.test(text)) return text;
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return text;
    throw error;
  }
}

/** The machine that runs the program; what is left out is not asked for. */
export interface Here {
  readonly environment?: Readonly<Record<string, string | undefined>> | undefined;
  readonly fileFault?: FileFault;
}

export type Checked<Config> =
  | { readonly config: Config; readonly faults?: undefined }
  | { readonly config?: undefined; readonly faults: readonly ConfigFault[] };

/** Judges a configuration: it is taken whole, or every fault is told at once. */
export function checked<Schema extends z.ZodObject>(
  schema: Schema,
  given: GivenConfig,
  { environment, fileFault }: Here,
): Checked<z.output<Schema>> {
  const { values, faults: unset } = environment
    ? expandPaths(given.values, environment)
    : { values: given.values, faults: [] };
  const config = { ...given, values };
  const missing = fileFault ? fileFaults(schema, config, fileFault) : [];
  const faults = [...unset, ...configFaults(schema, config), ...missing];
  return faults.length > 0 ? { faults } : { config: schema.parse(values) };
}

/** Faults as people read them. */
export function told(stack: string, faults: readonly ConfigFault[]): string {
  const lines = faults.flatMap(({ key, said, mend }) => [`  ${key} ${said}`, `    ${mend}`]);
  const count = faults.length === 1 ? "a fault" : `${faults.length} faults`;
  return [`the configuration of stack ${stack} has ${count}:`, ...lines].join("\n");
}

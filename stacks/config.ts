// Reads the configuration of the stack, once; nothing else does.
import * as pulumi from "@pulumi/pulumi";
import type { z } from "zod";

import type { Verdict } from "../src/checks/judge.ts";
import { type ConfigFault, configFaults, type GivenConfig } from "../src/schemas/config-fault.ts";
import { expandPaths } from "../src/schemas/variables.ts";

const namespace = "groundwork:";

/** All keys of the namespace `groundwork`. */
export function givenConfig(): GivenConfig {
  const ours = (keys: string[]) => keys.filter((key) => key.startsWith(namespace));
  const config = pulumi.runtime.allConfig();
  const secretKeys: string[] = JSON.parse(process.env["PULUMI_CONFIG_SECRET_KEYS"] || "[]");
  return {
    stack: pulumi.getStack(),
    values: Object.fromEntries(
      ours(Object.keys(config)).map((key) => [key.slice(namespace.length), parsed(config[key] as string)]),
    ),
    secretKeys: new Set(ours(secretKeys).map((key) => key.slice(namespace.length))),
  };
}

/** Pulumi hands over text, structured values as JSON; what only looks like JSON stays text, for the schema to refuse. */
function parsed(text: string): unknown {
  if (!/^([[{].*|true|false|-?\d+)$/s.test(text)) return text;
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return text;
    throw error;
  }
}

/** @throws RunError with every fault at once */
export function checkedConfig<Schema extends z.ZodObject>(schema: Schema, given: GivenConfig): z.output<Schema> {
  const { values, faults: unset } =
    given.values["offline"] === true ? { ...given, faults: [] } : expandPaths(given.values, process.env);
  const faults = [...unset, ...configFaults(schema, { ...given, values })];
  if (faults.length > 0) throw faulty(given.stack, faults);
  return schema.parse(values);
}

/** A RunError ends the program at once and without a stack trace. */
export function faulty(stack: string, faults: readonly ConfigFault[]): pulumi.RunError {
  const lines = faults.flatMap(({ key, said, mend }) => [`  ${key} ${said}`, `    ${mend}`]);
  const count = faults.length === 1 ? "a fault" : `${faults.length} faults`;
  return new pulumi.RunError([`the configuration of stack ${stack} has ${count}:`, ...lines].join("\n"));
}

/** Shows in one list what checks found. @throws RunError with all of it where anything fails */
export function refuseBroken({ errors, warnings, notes }: Verdict): void {
  const list = (title: string, lines: readonly string[]) =>
    lines.length > 0 ? [title, ...lines.map((said) => `  ${said}`)] : [];
  const lesser = [...list("these checks warn:", warnings), ...list("to know:", notes)];
  if (errors.length > 0) throw new pulumi.RunError([...list("these checks fail:", errors), ...lesser].join("\n"));
  if (warnings.length > 0) void pulumi.log.warn(lesser.join("\n"));
  else if (notes.length > 0) void pulumi.log.info(lesser.join("\n"));
}

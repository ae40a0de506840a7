// Check: pure. Schema, defaults and cross-field rules; what depends on a value not known yet cannot be told.
import type { z } from "zod";

import type { ResourceSchema } from "../schemas/resource-schema.ts";
import { holdsUnknown, isObject, type Path, pathText, same, unknown, type Values, valueAt } from "./values.ts";

export interface Failure {
  path: Path;
  /** Without the value: the engine shows it, and a secret one is nobody's business. */
  reason: string;
}

export interface Checked {
  inputs: Values;
  failures: Failure[];
}

/** Stands in for an unknown while the schema is applied; text, since most properties are. */
const PLACEHOLDER = "\u0000unknown";

export function check(schema: z.ZodObject, values: Values): Checked {
  const whole = schema.safeParse(values);
  if (whole.success) return { inputs: whole.data as Values, failures: [] };
  if (!holdsUnknown(values)) return { inputs: values, failures: whole.error.issues.flatMap(failuresOf) };

  // Property by property, so that one unknown hides neither the defaults nor the faults of the others.
  const inputs: Values = {};
  const failures: Failure[] = Object.keys(values)
    .filter((key) => !(key in schema.shape))
    .map((key) => ({ path: [key], reason: unknownKey(schema, key) }));
  for (const [key, property] of Object.entries(schema.shape)) {
    const parsed = (property as z.ZodType).safeParse(substitute(values[key]));
    const real = parsed.success
      ? []
      : parsed.error.issues.filter((issue) => !touchesUnknown(values[key], issue.path as Path));
    failures.push(...real.flatMap(failuresOf).map((failure) => ({ ...failure, path: [key, ...failure.path] })));
    const value = parsed.success ? restore(parsed.data) : values[key];
    if (value !== undefined) inputs[key] = value;
  }
  return { inputs, failures };
}

/** What a program may not change once the thing exists, each with the manual way. */
export function refusals(schema: ResourceSchema, urn: string, recorded: Values, desired: Values): Failure[] {
  const forget = `To declare it anew, let Pulumi forget it first: pulumi state delete --target-dependents '${urn}'`;
  return Object.entries(schema.refuseOn ?? {}).flatMap(([key, reason]) => {
    const told = recorded[key] !== undefined && desired[key] !== undefined && !holdsUnknown(desired[key]);
    if (!told || same(recorded[key], desired[key])) return [];
    return [{ path: [key], reason: `cannot change once it exists: ${reason}. ${forget}` }];
  });
}

/** What the machine has and no program may declare. What it cannot tell is missing, which is for the program to say. */
export function undeclarable(schema: ResourceSchema, seen: Values): Failure[] {
  return check(schema.inputs, seen).failures.filter(({ path }) => valueAt(seen, path) !== undefined);
}

function failuresOf(issue: z.core.$ZodIssue): Failure[] {
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => ({
      path: [...(issue.path as Path), key],
      reason: "is not a property of this resource",
    }));
  }
  const missing = issue.code === "invalid_type" && issue.message.endsWith("received undefined");
  return [{ path: issue.path as Path, reason: missing ? `is required (${issue.expected})` : issue.message }];
}

const unknownKey = (schema: z.ZodObject, key: string): string =>
  `${key} is not a property of this resource; there are: ${Object.keys(schema.shape).join(", ")}`;

/** An issue at, above or below an unknown value is one that cannot be told yet. */
function touchesUnknown(value: unknown, path: Path): boolean {
  let at = value;
  for (const key of path) {
    if (at === unknown) return true;
    at = isObject(at) || Array.isArray(at) ? (at as Values)[key as string] : undefined;
  }
  return holdsUnknown(at);
}

const substitute = (value: unknown): unknown => replaceLeaves(value, unknown, PLACEHOLDER);
const restore = (value: unknown): unknown => replaceLeaves(value, PLACEHOLDER, unknown);

function replaceLeaves(value: unknown, from: unknown, to: unknown): unknown {
  if (value === from) return to;
  if (Array.isArray(value)) return value.map((item) => replaceLeaves(item, from, to));
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, replaceLeaves(item, from, to)]));
}

export const describe = ({ path, reason }: Failure): string => `${pathText(path)}: ${reason}`;

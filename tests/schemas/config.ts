import { readFileSync } from "node:fs";
import { parse } from "yaml";

import type { GivenConfig } from "../../src/schemas/config-fault.ts";

type Values = Record<string, unknown>;

/** Pulumi.<environment>.yaml as Pulumi would hand it over. */
export function committedValues(environment: string): Values {
  const text = readFileSync(new URL(`../../Pulumi.${environment}.yaml`, import.meta.url), "utf8");
  return valuesOf(text);
}

export function valuesOf(text: string): Values {
  const { config } = parse(text) as { config: Values };
  return Object.fromEntries(Object.entries(config).map(([key, value]) => [key.replace("groundwork:", ""), value]));
}

export const labValues = (): Values => committedValues("lab");

export const given = (values: Values, secretKeys: string[] = []): GivenConfig => ({
  stack: "lab",
  values,
  secretKeys: new Set(secretKeys),
});

/** A copy with the value at `path`, as `pulumi config set --path` has it, changed; `undefined` removes it. */
export function changed(values: Values, path: string, value: unknown): Values {
  const copy = structuredClone(values);
  const keys = [...path.matchAll(/\["([^"]*)"\]|([^.[\]]+)/g)].map(([, quoted, plain = ""]) => quoted ?? plain);
  const last = keys.pop() as string;
  let parent = copy;
  for (const key of keys) {
    parent[key] ??= {};
    parent = parent[key] as Values;
  }
  if (value === undefined) delete parent[last];
  else parent[last] = value;
  return copy;
}

import type { Resource } from "../resource.ts";
import type { Values } from "../values.ts";
import type { Unwrapped } from "./wire.ts";

/** Inputs that a state of an older version does not know yet, as their defaults say. */
export const completed = (resource: Resource, { values, secrets }: Unwrapped): Unwrapped => ({
  values: { ...defaults(resource), ...values },
  secrets,
});

export function defaults({ schema }: Resource): Values {
  const all = Object.entries(schema.inputs.shape).map(([key, input]) => [key, input.safeParse(undefined).data]);
  return Object.fromEntries(all.filter(([, value]) => value !== undefined));
}

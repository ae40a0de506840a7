import type { Failure, Input, Inputs } from "../inputs.ts";
import type { Values } from "../wire.ts";

/** One type of the official plugin. A change of any input makes a new value, with the exceptions in diff.ts. */
export interface RandomResource {
  inputs: Inputs;
  /** Known only after the value was made. */
  outputs: readonly string[];
  secretOutputs?: readonly string[];
  /** Version of the official plugin's state format, so that it can take over states written here. */
  stateVersion?: string;

  /** Inputs with what is derived from several of them; the single defaults are filled in already. */
  complete?(inputs: Values): Values;
  /** Faults that need more than one input; any of them may be UNKNOWN. */
  check?(inputs: Values): Failure[];
  generate(inputs: Values): Promise<Made> | Made;
  /** Takes a value made elsewhere from the id given to `pulumi import`. */
  adopt(id: string): Promise<Made & { inputs: Values }> | (Made & { inputs: Values });
}

export interface Made {
  id: string;
  outputs: Values;
}

/** Arbitrary values whose change makes a new random value. */
export const keepers: Input = { type: "map" };

export function withDefaults(resource: RandomResource, given: Values): Values {
  const filled = Object.fromEntries(
    Object.entries(resource.inputs)
      .map(([name, input]) => [name, name === "keepers" ? withoutNulls(given[name]) : (given[name] ?? input.default)])
      .filter(([, value]) => value !== undefined && value !== null),
  );
  return resource.complete?.(filled) ?? filled;
}

/** As the official plugin, which leaves out keepers that are null. */
function withoutNulls(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value ?? undefined;
  return Object.fromEntries(Object.entries(value).filter(([, item]) => item !== null));
}

import { type Failure, inputFaults } from "../inputs.ts";
import type { Values } from "../wire.ts";
import { type RandomResource, withDefaults } from "./resource.ts";

/** Every fault of the inputs at once. */
export function checkInputs(resource: RandomResource, given: Values): Failure[] {
  const single = inputFaults(resource.inputs, given);
  return single.length > 0 ? single : (resource.check?.(withDefaults(resource, given)) ?? []);
}

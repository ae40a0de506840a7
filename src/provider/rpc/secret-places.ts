import type { Resource } from "../resource.ts";
import type { Path } from "../values.ts";
import type { Unwrapped } from "./wire.ts";

/** What the program marked, and of what is there what is a secret whoever gives it. */
export const secretPlaces = ({ values, secrets }: Unwrapped, always: readonly string[] = []): Path[] => [
  ...secrets,
  ...always.filter((key) => values[key] !== undefined).map((key) => [key]),
];

/** Secret inputs stay secret; with any of them, so does all that was computed. */
export function secretState({ schema }: Resource, inputs: Unwrapped): Path[] {
  const places = secretPlaces(inputs, schema.secrets);
  return places.length > 0 ? [...places, ...Object.keys(schema.outputs.shape).map((key) => [key])] : [];
}

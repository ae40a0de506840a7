import type { Resource } from "../plugin.ts";
import { secret, UNKNOWN, type Values } from "../wire.ts";
import { checkInputs } from "./check.ts";
import { difference } from "./diff.ts";
import { type RandomResource, withDefaults } from "./resource.ts";

/** A random value as a resource: it lives in the state alone. */
export const pluginResource = (random: RandomResource): Resource => ({
  check: (given) => checkInputs(random, given),
  diff: (state, given) => difference(random, state, given),
  preview(given) {
    const unknown = Object.fromEntries(["id", ...random.outputs].map((name) => [name, UNKNOWN]));
    return record(random, { ...withDefaults(random, given), ...unknown });
  },
  async create(given) {
    const inputs = withDefaults(random, given);
    const { id, outputs } = await random.generate(inputs);
    return { id, state: record(random, { ...inputs, ...outputs, id }) };
  },
  async read(id, state) {
    if (Object.keys(state).length > 0) return { id, state: record(random, state) };
    const { id: adopted, inputs, outputs } = await random.adopt(id);
    const values = { ...withDefaults(random, inputs), ...outputs, id: adopted };
    return { id: adopted, inputs, state: record(random, values) };
  },
  update(state, given) {
    const kept = Object.fromEntries(["id", ...random.outputs].map((name) => [name, state[name]]));
    return record(random, { ...withDefaults(random, given), ...kept });
  },
});

/** The state as the official plugin records it. */
function record({ secretOutputs, stateVersion }: RandomResource, values: Values): Values {
  const entries = Object.entries(values)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => [name, secretOutputs?.includes(name) ? secret(value) : value]);
  const meta = stateVersion && { __meta: JSON.stringify({ schema_version: stateVersion }) };
  return { ...meta, ...Object.fromEntries(entries) };
}

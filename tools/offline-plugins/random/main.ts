// Stands in for Pulumi's random plugin where that cannot be downloaded: the same types, inputs, defaults, checks,
// outputs and state, for the five types that groundwork's programs use.
import random from "@pulumi/random/package.json" with { type: "json" };

import { inputSchema } from "../inputs.ts";
import { serve } from "../server.ts";
import { pluginResource } from "./plugin-resource.ts";
import { randomId } from "./random-id.ts";
import { randomPet } from "./random-pet.ts";
import { randomPassword, randomString } from "./random-text.ts";
import { randomUuid } from "./random-uuid.ts";
import type { RandomResource } from "./resource.ts";

const resources: Record<string, RandomResource> = {
  "random:index/randomId:RandomId": randomId,
  "random:index/randomPassword:RandomPassword": randomPassword,
  "random:index/randomPet:RandomPet": randomPet,
  "random:index/randomString:RandomString": randomString,
  "random:index/randomUuid:RandomUuid": randomUuid,
};

const schema = {
  name: "random",
  version: random.version,
  resources: Object.fromEntries(
    Object.entries(resources).map(([token, { inputs, outputs, secretOutputs = [] }]) => {
      const inputProperties = Object.fromEntries(
        Object.entries(inputs).map(([name, input]) => [name, inputSchema(input)]),
      );
      const made = outputs.map((name) => [name, { type: "string", secret: secretOutputs.includes(name) }]);
      const requiredInputs = Object.keys(inputs).filter((name) => inputs[name]?.required);
      const properties = { ...inputProperties, ...Object.fromEntries(made) };
      return [token, { inputProperties, requiredInputs, properties, required: outputs }];
    }),
  ),
};

serve({
  name: "random",
  version: random.version,
  schema,
  resources: Object.fromEntries(
    Object.entries(resources).map(([token, resource]) => [token, pluginResource(resource)]),
  ),
});

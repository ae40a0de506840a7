import { expect, test } from "vitest";
import { z } from "zod";

import { resources } from "../../src/provider/registry.ts";
import { providerConfig } from "../../src/schemas/host.ts";
import { macminisConfig } from "../../src/schemas/macminis/index.ts";

type Json = z.core.JSONSchema.BaseSchema;

/** Paths of the properties that say nothing of themselves. */
function undescribed(schema: Json, path: string): string[] {
  const properties = Object.entries(schema.properties ?? {}).flatMap(([key, property]) => [
    ...((property as Json).description ? [] : [`${path}.${key}`]),
    ...undescribed(property as Json, `${path}.${key}`),
  ]);
  const { anyOf = [], oneOf = [], allOf = [], items, additionalProperties } = schema;
  const parts = [...anyOf, ...oneOf, ...allOf, items, additionalProperties] as (Json | undefined)[];
  return [...properties, ...parts.flatMap((part) => (typeof part === "object" ? undescribed(part, `${path}[]`) : []))];
}

const schemas = [
  ...resources.flatMap(({ schema: { type, inputs, outputs } }) => [
    { name: `inputs of ${type}`, schema: inputs },
    { name: `outputs of ${type}`, schema: outputs },
  ]),
  { name: "the provider's configuration", schema: providerConfig },
  { name: "the configuration of macminis", schema: macminisConfig },
];

test.each(schemas)("every property of $name has a description", ({ schema }) => {
  expect(undescribed(z.toJSONSchema(schema, { io: "input", unrepresentable: "any" }), "")).toEqual([]);
});

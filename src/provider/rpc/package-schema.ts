// The schema that the engine, and programs in other languages, ask for: derived from the same Zod.
import { z } from "zod";

import type { Resource } from "../resource.ts";

interface Package {
  readonly name: string;
  readonly version: string;
  readonly resources: readonly Resource[];
}

type Json = { [key: string]: unknown };

export function packageSchema({ name, version, resources }: Package): Json {
  return {
    name,
    version,
    description: "Machines described in a Pulumi program and kept as described",
    language: {},
    config: {},
    provider: {
      inputProperties: {
        hosts: { type: "string", secret: true, description: "Connections by host name, as JSON" },
        offline: { type: "string", description: "`true`: contact no host" },
      },
    },
    resources: Object.fromEntries(resources.map((resource) => [resource.schema.type, describe(resource)])),
  };
}

function describe({ schema }: Resource): Json {
  const inputs = z.toJSONSchema(schema.inputs, { io: "input", unrepresentable: "any" });
  const outputs = z.toJSONSchema(schema.outputs, { unrepresentable: "any" });
  const inputProperties = properties(inputs.properties ?? {}, schema);
  return {
    description: schema.description,
    inputProperties,
    requiredInputs: inputs.required ?? [],
    properties: { ...inputProperties, ...properties(outputs.properties ?? {}, schema) },
    required: [...(inputs.required ?? []), ...(outputs.required ?? [])],
  };
}

function properties(shape: Json, { replaceOn, secrets }: Resource["schema"]): Json {
  return Object.fromEntries(
    Object.entries(shape).map(([key, value]) => [
      key,
      {
        ...typeOf(value as Json),
        ...(replaceOn.includes(key) && { willReplaceOnChanges: true }),
        ...(secrets?.includes(key) && { secret: true }),
      },
    ]),
  );
}

/** JSON Schema as Pulumi spells it: no unions, nested objects as maps. */
function typeOf(schema: Json): Json {
  const description = schema["description"] ? { description: schema["description"] } : {};
  const simple = ["string", "number", "integer", "boolean"].find((type) => type === schema["type"]);
  if (simple) return { type: simple, ...description, ...("default" in schema && { default: schema["default"] }) };
  if (schema["type"] === "array")
    return { type: "array", items: typeOf((schema["items"] ?? {}) as Json), ...description };
  if (schema["type"] === "object" && isSchema(schema["additionalProperties"])) {
    return { type: "object", additionalProperties: typeOf(schema["additionalProperties"]), ...description };
  }
  return { $ref: "pulumi.json#/Any", ...description };
}

const isSchema = (value: unknown): value is Json => typeof value === "object" && value !== null;

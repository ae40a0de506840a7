import { expect, test } from "vitest";

import { resources } from "../../src/provider/registry.ts";
import { packageSchema } from "../../src/provider/rpc/package-schema.ts";

interface Published {
  resources: Record<string, { inputProperties: Record<string, object>; requiredInputs: string[]; properties: object }>;
}

const published = packageSchema({ name: "groundwork", version: "1.2.3", resources }) as unknown as Published;

test("every registered resource is published, each property with a description", () => {
  expect(Object.keys(published.resources).sort()).toEqual(resources.map(({ schema }) => schema.type).sort());
  for (const [type, { inputProperties }] of Object.entries(published.resources)) {
    for (const [property, said] of Object.entries(inputProperties)) {
      expect(said, `${type} ${property}`).toHaveProperty("description");
    }
  }
});

test("types, defaults, secrets and what replaces come from the one schema", () => {
  const file = published.resources["groundwork:posix:File"];
  expect(file?.inputProperties["mode"]).toMatchObject({ type: "string", default: "0644" });
  expect(file?.inputProperties["path"]).toMatchObject({ type: "string", willReplaceOnChanges: true });
  expect(file?.requiredInputs).toEqual(["host", "path"]);
  expect(file?.properties).toHaveProperty("sha256");
  expect(published.resources["groundwork:postgres:Role"]?.inputProperties["password"]).toMatchObject({ secret: true });
});

import { expect, test } from "vitest";
import { z } from "zod";
import { check, refusals, describe as said } from "../../src/provider/check.ts";
import { pathText, unknown } from "../../src/provider/values.ts";
import { kesKeySchema } from "../../src/schemas/kes-key.ts";
import { resourceSchema } from "../../src/schemas/resource-schema.ts";

const schema = z
  .strictObject({
    host: z.string().regex(/^[a-z]+$/, "give a host"),
    mode: z
      .string()
      .regex(/^[0-7]{4}$/, "give four octal digits")
      .default("0644"),
    files: z.record(z.string(), z.strictObject({ content: z.string(), size: z.int().optional() })).optional(),
    ports: z.array(z.int().max(65535, "give a port")).default([]),
    content: z.string().optional(),
    source: z.string().optional(),
  })
  .refine(({ content, source }) => content === undefined || source === undefined, {
    path: ["content"],
    message: "give either `content` or `source`",
  });

const failures = (values: Record<string, unknown>) =>
  check(schema, values).failures.map(({ path, reason }) => `${pathText(path)}: ${reason}`);

test("defaults are filled in", () => {
  expect(check(schema, { host: "a" })).toEqual({ inputs: { host: "a", mode: "0644", ports: [] }, failures: [] });
});

test("every fault is told at its property, however deep", () => {
  const wrong = { host: "A", mode: "644", files: { "/etc/motd": { content: 1 } }, ports: [80, 70000] };
  expect(failures(wrong)).toEqual([
    "host: give a host",
    "mode: give four octal digits",
    expect.stringMatching(/^files\["\/etc\/motd"\]\.content: .*expected string/),
    "ports[1]: give a port",
  ]);
});

test("unknown keys are faults at any depth, each at its own place", () => {
  expect(failures({ host: "a", mod: "0644", files: { a: { content: "", user: "x" } } })).toEqual([
    "files.a.user: is not a property of this resource",
    "mod: is not a property of this resource",
  ]);
});

test("rules across properties are told where the schema says", () => {
  expect(failures({ host: "a", content: "x", source: "y" })).toEqual(["content: give either `content` or `source`"]);
});

test("an unknown value passes, and hides neither defaults nor the faults of others", () => {
  const { inputs, failures: found } = check(schema, { host: unknown, mode: "9", nonsense: 1 });
  expect(inputs).toEqual({ host: unknown, mode: "9", ports: [] });
  expect(found.map(said)).toEqual([
    "nonsense: nonsense is not a property of this resource; there are: host, mode, files, ports, content, source",
    "mode: give four octal digits",
  ]);
});

test("unknowns deep inside stay unknown, beside faults that can be told", () => {
  const values = { host: "a", files: { a: { content: unknown, size: "big" } }, ports: [unknown, 70000] };
  const { inputs, failures: found } = check(schema, values);
  expect(inputs["files"]).toEqual(values.files);
  expect(inputs["ports"]).toEqual([unknown, 70000]);
  expect(found.map(({ path }) => pathText(path))).toEqual(["files.a.size", "ports[1]"]);
});

test("an unknown where the schema wants a number is kept, not judged", () => {
  expect(check(schema, { host: "a", ports: [unknown] })).toEqual({
    inputs: { host: "a", mode: "0644", ports: [unknown] },
    failures: [],
  });
});

test("a rule across properties waits for those that are unknown", () => {
  expect(failures({ host: "a", content: unknown, source: "y" })).toEqual([]);
});

const database = resourceSchema({
  type: "groundwork:test:Database",
  kind: "test",
  description: "",
  inputs: z.strictObject({ host: z.string(), encoding: z.string().optional() }),
  outputs: z.object({}),
  replaceOn: ["host"],
  refuseOn: { encoding: "dump and load it" },
});

test("what cannot change once it exists is refused at its property, with the manual way", () => {
  const refused = (recorded: object, desired: object) =>
    refusals(database, "urn:of::it", { ...recorded }, { ...desired }).map(said);
  expect(refused({ encoding: "UTF8" }, { encoding: "LATIN1" })).toEqual([
    "encoding: cannot change once it exists: dump and load it. To declare it anew, let Pulumi forget it first: pulumi state delete --target-dependents 'urn:of::it'",
  ]);
  expect(refused({}, { encoding: "UTF8" })).toEqual([]);
  expect(refused({ encoding: "UTF8" }, {})).toEqual([]);
  expect(refused({ encoding: "UTF8" }, { encoding: "UTF8" })).toEqual([]);
  expect(refused({ encoding: "UTF8" }, { encoding: unknown })).toEqual([]);
});

test("a key of KES does not move: the other server would make one of its name that opens nothing", () => {
  const [failure] = refusals(kesKeySchema, "urn:of::key", { host: "inference" }, { host: "control" }).map(said);
  expect(failure).toMatch(
    /^host: cannot change once it exists: the key would stay behind, .* key store of this server/,
  );
});

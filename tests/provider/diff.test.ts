import rpc from "@pulumi/pulumi/proto/provider_pb.js";
import { expect, test } from "vitest";
import { z } from "zod";
import { differences, diffResponse, waits } from "../../src/provider/rpc/diff.ts";
import { unknown, type Values } from "../../src/provider/values.ts";
import { daemonSchema } from "../../src/schemas/daemon.ts";
import { execSchema } from "../../src/schemas/exec.ts";
import { resourceSchema } from "../../src/schemas/resource-schema.ts";

const schema = resourceSchema({
  type: "groundwork:test:Thing",
  kind: "thing",
  description: "",
  inputs: z.strictObject({
    host: z.string(),
    path: z.string(),
    mode: z.string().optional(),
    files: z.record(z.string(), z.string()).optional(),
    owner: z.string().optional(),
    validate: z.array(z.string()).optional(),
  }),
  outputs: z.object({ digest: z.string() }),
  replaceOn: ["host", "path"],
  intent: ["validate"],
  absentMeansNone: ["owner"],
});

function diff(state: Values, desired: Values) {
  const response = diffResponse(differences(schema, state, desired), schema);
  const kinds = Object.entries(rpc.PropertyDiff.Kind);
  return {
    changes: response.getChanges() === rpc.DiffResponse.DiffChanges.DIFF_SOME,
    detailed: Object.fromEntries(
      response
        .toObject()
        .detaileddiffMap.map(([path, { kind }]) => [path, kinds.find(([, each]) => each === kind)?.[0]]),
    ),
    diffs: response.getDiffsList(),
    replaces: response.getReplacesList(),
    isDetailed: response.getHasdetaileddiff(),
  };
}

const state = { host: "a", path: "/x", mode: "0600", files: { "/a": "1" }, digest: "abc" };

test("equal says none, and still that it is detailed: the engine must not make up its own", () => {
  const same = diff(state, { host: "a", path: "/x", mode: "0600", files: { "/a": "1" } });
  expect(same).toEqual({ changes: false, detailed: {}, diffs: [], replaces: [], isDetailed: true });
});

test("each place that differs is named once, with its kind", () => {
  const found = diff(state, { host: "a", path: "/x", mode: "0644", files: { "/a": "2", "/b": "3" } });
  expect(found.detailed).toEqual({ mode: "UPDATE", 'files["/a"]': "UPDATE", 'files["/b"]': "ADD" });
  expect(found.diffs).toEqual(["mode", "files"]);
  expect(found.replaces).toEqual([]);
  expect(found.changes).toBe(true);
});

test("another name makes another thing", () => {
  const found = diff(state, { ...state, path: "/y", digest: undefined });
  expect(found.detailed).toEqual({ path: "UPDATE_REPLACE" });
  expect(found.replaces).toEqual(["path"]);
});

test("what is the same thing under its new name is deleted before it is made, elsewhere after", () => {
  const execs = (before: Values, after: Values) =>
    diffResponse(differences(execSchema, before, after), execSchema).getDeletebeforereplace();
  const exec = { host: "a", name: "x", check: ["true"] };
  expect(execs(exec, { ...exec, name: "y" })).toBe(true);
  expect(execs(exec, { ...exec, name: "y", host: "b" })).toBe(false);
  expect(execs(exec, { ...exec, check: ["false"] })).toBe(false);
});

test("a daemon that keeps a port under another name starts when the old one is gone; on another port or host before", () => {
  const daemons = (before: Values, after: Values) =>
    diffResponse(
      differences(daemonSchema, before, after),
      daemonSchema,
      waits(daemonSchema, before, after),
    ).getDeletebeforereplace();
  const api = { host: "a", name: "api", listens: [{ port: 3000 }, { port: 3001 }] };
  expect(daemons(api, { ...api, name: "web" })).toBe(true);
  expect(daemons(api, { ...api, name: "web", listens: [{ port: 3001 }] })).toBe(true);
  expect(daemons(api, { ...api, name: "web", listens: [{ port: 3002 }] })).toBe(false);
  expect(daemons(api, { ...api, name: "web", host: "b" })).toBe(false);
  expect(daemons(api, { ...api, listens: [{ port: 3000 }] })).toBe(false);
  expect(daemons({ host: "a", name: "api" }, { ...api, name: "web" })).toBe(false);
});

test("what the program does not set is not managed", () => {
  expect(diff(state, { host: "a", path: "/x" }).changes).toBe(false);
});

test("but where leaving it out says none, what is there is taken away", () => {
  const found = diff({ ...state, owner: "operator" }, state);
  expect(found.detailed).toEqual({ owner: "DELETE" });
  expect(diff(state, state).changes).toBe(false);
});

test("what is set but missing on the machine is drift", () => {
  expect(diff({ host: "a", path: "/x" }, { host: "a", path: "/x", mode: "0600" }).detailed).toEqual({ mode: "ADD" });
});

test("how it is done counts only as a change of the program", () => {
  const recorded = { host: "a", path: "/x", validate: ["true"] };
  expect(diff(recorded, { ...recorded, validate: ["false"] }).detailed).toEqual({ validate: "UPDATE" });
  expect(diff(recorded, { host: "a", path: "/x" }).detailed).toEqual({ validate: "DELETE" });
  expect(diff({ host: "a", path: "/x" }, recorded).changes).toBe(false);
});

test("a value not known yet may be a change", () => {
  expect(diff(state, { ...state, mode: unknown }).detailed).toEqual({ mode: "UPDATE" });
});

test("outputs are never compared", () => {
  expect(diff(state, { ...state, digest: "other" }).changes).toBe(false);
});

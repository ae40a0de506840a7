// Diff: pure. What was last seen on the machine against what the program wants, property by property.
import rpc from "@pulumi/pulumi/proto/provider_pb.js";

import { managed, type ResourceSchema } from "../../schemas/resource-schema.ts";
import { type Change, changes, pathText, same, type Values } from "../values.ts";

/** Differences that call for an update. How it is done counts against what the program said before, where that is known. */
export function differences(schema: ResourceSchema, state: Values, desired: Values): Change[] {
  const { intent = [] } = schema;
  const told = intent.filter((key) => state[key] !== undefined);
  return [...managed(schema, desired).filter((key) => !intent.includes(key)), ...told].flatMap((key) =>
    changes(state[key], desired[key], [key]),
  );
}

/** Whether the new thing waits for what the old one has until its end, such as a port. */
export const waits = ({ exclusive = [] }: ResourceSchema, state: Values, desired: Values): boolean =>
  exclusive.some((key) => entries(desired[key]).some((entry) => entries(state[key]).some((had) => same(had, entry))));

const entries = (list: unknown): unknown[] => (Array.isArray(list) ? list : []);

export function diffResponse(
  found: readonly Change[],
  { replaceOn, deleteFirstOn = [] }: Pick<ResourceSchema, "replaceOn" | "deleteFirstOn">,
  waits = false,
): rpc.DiffResponse {
  const response = new rpc.DiffResponse().setHasdetaileddiff(true);
  for (const { path, kind } of found) {
    const key = String(path[0]);
    const replace = replaceOn.includes(key);
    const name = kind.toUpperCase() as Uppercase<Change["kind"]>;
    const shown = rpc.PropertyDiff.Kind[replace ? (`${name}_REPLACE` as const) : name];
    response.getDetaileddiffMap().set(pathText(path), new rpc.PropertyDiff().setKind(shown));
    if (!response.getDiffsList().includes(key)) response.addDiffs(key);
    if (replace && !response.getReplacesList().includes(key)) response.addReplaces(key);
  }
  const replaces = response.getReplacesList();
  const meets = replaces.every((key) => (waits ? key !== "host" : deleteFirstOn.includes(key)));
  response.setDeletebeforereplace(replaces.length > 0 && meets);
  const { DIFF_SOME, DIFF_NONE } = rpc.DiffResponse.DiffChanges;
  return response.setChanges(found.length > 0 ? DIFF_SOME : DIFF_NONE);
}

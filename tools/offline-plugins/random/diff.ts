import { isDeepStrictEqual } from "node:util";

import { type Change, changeKind } from "../inputs.ts";
import type { Values } from "../wire.ts";
import { type RandomResource, withDefaults } from "./resource.ts";

/** What differs between the recorded state and the program's inputs, defaults filled in on both sides. */
export function difference(resource: RandomResource, state: Values, given: Values): Change[] {
  const recorded = withDefaults(resource, state);
  const wanted = withDefaults(resource, given);
  return Object.keys(resource.inputs).flatMap((property): Change[] => {
    const [before, after] = [recorded[property], wanted[property]];
    if (isDeepStrictEqual(before, after)) return [];
    return [{ property, kind: changeKind(before, after), replace: !isSpellingOnly(property, before, after) }];
  });
}

/** Two ways to say "none" which the official plugin moves between in place. */
function isSpellingOnly(property: string, before: unknown, after: unknown): boolean {
  if (property === "keepers") return isEmpty(before) && isEmpty(after);
  return property === "overrideSpecial" && before === "" && after === undefined;
}

const isEmpty = (value: unknown) =>
  value === undefined || (typeof value === "object" && value !== null && Object.keys(value).length === 0);

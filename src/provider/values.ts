// Plain values as resources see them, and how two of them differ.
import { isDeepStrictEqual } from "node:util";

export type Values = Record<string, unknown>;

/** Stands, in a preview, for a value that only the update will know. */
export const unknown = Symbol("unknown");

/** Keys from the top down to one place in a value. */
export type Path = readonly (string | number)[];

export interface Change {
  readonly path: Path;
  readonly kind: "add" | "update" | "delete";
}

export const isObject = (value: unknown): value is Values =>
  typeof value === "object" && value !== null && !Array.isArray(value);

export const holdsUnknown = (value: unknown): boolean => {
  if (value === unknown) return true;
  if (Array.isArray(value)) return value.some(holdsUnknown);
  return isObject(value) && Object.values(value).some(holdsUnknown);
};

/** Same value, and no part of it unknown. */
export const same = (a: unknown, b: unknown): boolean => isDeepStrictEqual(a, b) && !holdsUnknown(a);

/** Where `after` is not `before`: down into objects, lists as a whole. An unknown counts as changed. */
export function changes(before: unknown, after: unknown, path: Path = []): Change[] {
  if (same(before, after)) return [];
  if (before === undefined) return [{ path, kind: "add" }];
  if (after === undefined) return [{ path, kind: "delete" }];
  if (!isObject(before) || !isObject(after)) return [{ path, kind: "update" }];
  return [...new Set([...Object.keys(before), ...Object.keys(after)])].flatMap((key) =>
    changes(before[key], after[key], [...path, key]),
  );
}

export const valueAt = (value: unknown, path: Path): unknown =>
  path.reduce<unknown>((inner, key) => (inner as Values | undefined)?.[key as string], value);

/** A property path as Pulumi writes it: `files["/etc/motd"].content`. */
export const pathText = (path: Path): string =>
  path
    .map((key, depth) => {
      if (typeof key === "string" && /^[A-Za-z_]\w*$/.test(key)) return depth === 0 ? key : `.${key}`;
      return `[${JSON.stringify(key)}]`;
    })
    .join("");

/** The keys that have a value: `undefined` says "not managed" and is no key. */
export const defined = (values: Values): Values =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));

export const pick = (values: Values, keys: Iterable<string>): Values =>
  defined(Object.fromEntries([...keys].map((key) => [key, values[key]])));

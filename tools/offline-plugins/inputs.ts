// What a resource of a stand-in takes, and what is wrong with what it was given.
import { UNKNOWN, type Values } from "./wire.ts";

export interface Input {
  type: "integer" | "boolean" | "string" | "map" | "texts" | "list";
  required?: true;
  /** What the official plugin takes and records where the program says nothing. */
  default?: unknown;
  /** Smallest integer allowed. */
  min?: number;
}

export type Inputs = Readonly<Record<string, Input>>;

export interface Failure {
  property: string;
  reason: string;
}

export interface Change {
  property: string;
  kind: "ADD" | "UPDATE" | "DELETE";
  /** Only a new resource can have it. */
  replace: boolean;
}

/** Every input that is not of its type. */
export const inputFaults = (inputs: Inputs, given: Values): Failure[] =>
  Object.entries(inputs).flatMap(([property, input]) => {
    const reason = fault(given[property] ?? undefined, input);
    return reason ? [{ property, reason }] : [];
  });

function fault(value: unknown, input: Input): string | undefined {
  if (value === undefined) return input.required ? "is required" : undefined;
  if (value === UNKNOWN) return undefined;
  switch (input.type) {
    case "integer":
      if (!Number.isSafeInteger(value)) return "must be a whole number";
      return Number(value) < (input.min ?? 0) ? `must be at least ${input.min ?? 0}` : undefined;
    case "boolean":
      return typeof value === "boolean" ? undefined : "must be true or false";
    case "string":
      return typeof value === "string" ? undefined : "must be text";
    case "map":
      return isTextMap(value) ? undefined : "must map names to text";
    case "texts":
      return Array.isArray(value) && value.every(isText) ? undefined : "must be a list of texts";
    case "list":
      return Array.isArray(value) ? undefined : "must be a list";
  }
}

const isText = (value: unknown): boolean => typeof value === "string";

const isTextMap = (value: unknown): boolean =>
  typeof value === "object" &&
  value !== null &&
  !Array.isArray(value) &&
  Object.values(value).every((item) => item === null || isText(item));

export const changeKind = (before: unknown, after: unknown): Change["kind"] =>
  before === undefined ? "ADD" : after === undefined ? "DELETE" : "UPDATE";

/** The part of a package's schema that an input is. */
export const inputSchema = ({ type }: Input): object => {
  if (type === "map") return { type: "object", additionalProperties: { type: "string" } };
  if (type === "texts") return { type: "array", items: { type: "string" } };
  return type === "list" ? { type: "array", items: { $ref: "pulumi.json#/Any" } } : { type };
};

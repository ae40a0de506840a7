// What Pulumi puts inside property values: secrets and values not known yet. Resources see plain values, plus the
// symbol `unknown`; nothing else knows the envelopes.
import struct from "google-protobuf/google/protobuf/struct_pb.js";

import { isObject, type Path, unknown, type Values } from "../values.ts";

export type Struct = struct.Struct;

const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
const SIGNATURE = "4dabf18193072939515e22adb298388d";
const SECRET = "1b47061264138c4ac30d75fd1eb44270";
const OUTPUT = "d0e6a833031e9bbcd3f4e8bde6ca49a4";

export interface Unwrapped {
  values: Values;
  /** Where secrets lie, as deep as they were marked. */
  secrets: Path[];
}

export function unwrap(message: Struct | undefined): Unwrapped {
  const secrets: Path[] = [];
  const values = open(message?.toJavaScript() ?? {}, [], (path) => secrets.push(path));
  return { values: values as Values, secrets };
}

/** Wraps values for the engine; what lies at or above a secret path goes in an envelope. */
export function wrap(values: Values, secrets: readonly Path[] = []): Struct {
  const closed = Object.fromEntries(
    Object.entries(values)
      .filter(([, value]) => value !== undefined) // a Struct has no `undefined`
      .map(([key, value]) => [key, close(value, [key], secrets)]),
  );
  return struct.Struct.fromJavaScript(closed as Record<string, struct.JavaScriptValue>);
}

function open(value: unknown, path: Path, onSecret: (path: Path) => void): unknown {
  if (value === UNKNOWN) return unknown;
  if (Array.isArray(value)) return value.map((item, index) => open(item, [...path, index], onSecret));
  if (!isObject(value)) return value;
  if (value[SIGNATURE] === SECRET) {
    onSecret(path);
    return open(value["value"], path, () => undefined);
  }
  if (value[SIGNATURE] === OUTPUT) {
    if (value["secret"] === true) onSecret(path);
    return "value" in value ? open(value["value"], path, onSecret) : unknown;
  }
  return mapValues(value, (item, key) => open(item, [...path, key], onSecret));
}

function close(value: unknown, path: Path, secrets: readonly Path[]): unknown {
  if (secrets.some((secret) => covers(secret, path))) return { [SIGNATURE]: SECRET, value: close(value, path, []) };
  if (value === unknown) return UNKNOWN;
  if (typeof value === "string") return value.toWellFormed();
  if (Array.isArray(value)) return value.map((item, index) => close(item, [...path, index], secrets));
  if (!isObject(value)) return value;
  const known = Object.entries(value).filter(([, item]) => item !== undefined);
  return Object.fromEntries(known.map(([key, item]) => [key, close(item, [...path, key], secrets)]));
}

/** Whether a place lies at, or inside, a marked one. */
export const covers = (marked: Path, place: Path): boolean =>
  marked.length <= place.length && marked.every((key, depth) => key === place[depth]);

const mapValues = (object: Values, change: (value: unknown, key: string) => unknown): Values =>
  Object.fromEntries(Object.entries(object).map(([key, value]) => [key, change(value, key)]));

// Secrets leave this process only in envelopes: every text shown to a user passes here.
import { isObject, valueAt } from "../values.ts";
import type { Unwrapped } from "./wire.ts";

/** Shorter ones would blank ordinary words. */
const SHORTEST = 4;

/** The texts that lie at the secret places of some values. */
export function secretTexts({ values, secrets }: Unwrapped): string[] {
  return secrets.flatMap((path) => texts(valueAt(values, path))).filter((text) => text.length >= SHORTEST);
}

export function redact(message: string, secrets: readonly string[]): string {
  const longestFirst = [...secrets].sort((a, b) => b.length - a.length);
  return longestFirst.reduce((text, secret) => text.replaceAll(secret, "[secret]"), message);
}

function texts(value: unknown): string[] {
  if (typeof value === "string") return [value, ...value.split("\n").map((line) => line.trim())];
  if (Array.isArray(value)) return value.flatMap(texts);
  return isObject(value) ? Object.values(value).flatMap(texts) : [];
}

import { randomInt } from "node:crypto";

import { genSalt, hash } from "bcryptjs";

import type { Failure } from "../inputs.ts";
import { UNKNOWN, type Values } from "../wire.ts";
import { keepers, type RandomResource } from "./resource.ts";

const SETS = {
  upper: "ABCDEFGHIJKLMNOPQRSTUVWXYZ",
  lower: "abcdefghijklmnopqrstuvwxyz",
  numeric: "0123456789",
  special: "!@#$%&*()-_=+[]{}<>:?",
} as const;
const MINIMA = { upper: "minUpper", lower: "minLower", numeric: "minNumeric", special: "minSpecial" } as const;
const NAMES = Object.keys(SETS) as (keyof typeof SETS)[];

const inputs: RandomResource["inputs"] = {
  keepers,
  length: { type: "integer", required: true, min: 1 },
  upper: { type: "boolean", default: true },
  lower: { type: "boolean", default: true },
  number: { type: "boolean" },
  numeric: { type: "boolean" },
  special: { type: "boolean", default: true },
  minUpper: { type: "integer", default: 0 },
  minLower: { type: "integer", default: 0 },
  minNumeric: { type: "integer", default: 0 },
  minSpecial: { type: "integer", default: 0 },
  overrideSpecial: { type: "string" },
};

/** `number` is the older name of `numeric`; both are recorded alike. */
function complete(given: Values): Values {
  const numeric = given["numeric"] ?? given["number"] ?? true;
  return { ...given, number: given["number"] ?? numeric, numeric };
}

function check(given: Values): Failure[] {
  const failures: Failure[] = [];
  const [length, ...minima] = [given["length"], ...Object.values(MINIMA).map((name) => given[name])];
  const least = minima.reduce<number>((sum, value) => sum + Number(value), 0); // NaN while one is unknown
  if (length !== UNKNOWN && Number(length) < least) {
    failures.push({ property: "length", reason: `must be at least ${least}, the sum of all minimums` });
  }
  if (given["number"] !== given["numeric"] && given["number"] !== UNKNOWN && given["numeric"] !== UNKNOWN) {
    failures.push({ property: "number", reason: "must equal `numeric`, of which it is the deprecated name" });
  } else if (NAMES.every((name) => given[name] === false)) {
    failures.push({ property: "numeric", reason: "must be true where `upper`, `lower` and `special` are false" });
  }
  return failures;
}

/** Takes the minimum of each set first, fills up from all allowed ones, then shuffles. Minimums count for sets that are off too. */
export function randomText(given: Values): string {
  const characters = (name: keyof typeof SETS) =>
    Array.from((name === "special" && String(given["overrideSpecial"] ?? "")) || SETS[name]);
  const allowed = NAMES.filter((name) => given[name]).flatMap(characters);
  const picked = NAMES.flatMap((name) => pick(characters(name), Number(given[MINIMA[name]])));
  picked.push(...pick(allowed, Number(given["length"]) - picked.length));
  return shuffle(picked).join("");
}

const pick = (from: readonly string[], count: number): string[] =>
  Array.from({ length: count }, () => from[randomInt(from.length)] as string);

/** Fisher and Yates: every order is as likely. */
function shuffle(items: string[]): string[] {
  for (let last = items.length - 1; last > 0; last--) {
    const other = randomInt(last + 1);
    [items[last], items[other]] = [items[other] as string, items[last] as string];
  }
  return items;
}

/** What an import cannot know counts as allowed. */
const adopted = (text: string): Values =>
  complete({ length: Buffer.byteLength(text), upper: true, lower: true, special: true });

export const randomString: RandomResource = {
  inputs,
  outputs: ["result"],
  stateVersion: "2",
  complete,
  check,
  generate(given) {
    const result = randomText(given);
    return { id: result, outputs: { result } };
  },
  adopt: (id) => ({ id, inputs: adopted(id), outputs: { result: id } }),
};

export const randomPassword: RandomResource = {
  ...randomString,
  outputs: ["bcryptHash", "result"],
  secretOutputs: ["bcryptHash", "result"],
  stateVersion: "3",
  // Ids are shown: a password has none.
  generate: async (given) => ({ id: "none", outputs: await password(randomText(given)) }),
  adopt: async (id) => ({ id: "none", inputs: adopted(id), outputs: await password(id) }),
};

const BCRYPT_COST = 10;

/** bcrypt itself takes the first 72 bytes; `2a` is the version that the official plugin writes. */
async function password(result: string): Promise<Values> {
  const salt = (await genSalt(BCRYPT_COST)).replace(/^\$2.\$/, "$2a$$");
  return { result, bcryptHash: await hash(result, salt) };
}

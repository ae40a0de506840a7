import { randomInt } from "node:crypto";

import { adjectives, adverbs, animals } from "./pet-words.ts";
import { keepers, type RandomResource } from "./resource.ts";

export const randomPet: RandomResource = {
  inputs: {
    keepers,
    length: { type: "integer", default: 2, min: 1 },
    prefix: { type: "string" },
    separator: { type: "string", default: "-" },
  },
  outputs: [],
  generate({ length, prefix, separator }) {
    const words = [...(prefix ? [String(prefix)] : []), ...petName(Number(length))];
    return { id: words.join(String(separator)), outputs: {} };
  },
  adopt: () => {
    throw new Error("A RandomPet cannot be imported, here as in the official plugin");
  },
};

/** Adverbs, one adjective, one animal; fewer words leave out from the front. */
const petName = (length: number): string[] =>
  Array.from({ length }, (_, position) => {
    const left = length - position;
    return one(left === 1 ? animals : left === 2 ? adjectives : adverbs);
  });

const one = (words: readonly string[]): string => words[randomInt(words.length)] as string;

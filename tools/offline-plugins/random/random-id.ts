import { randomBytes } from "node:crypto";

import type { Values } from "../wire.ts";
import { keepers, type RandomResource } from "./resource.ts";

export const randomId: RandomResource = {
  inputs: { keepers, byteLength: { type: "integer", required: true, min: 1 }, prefix: { type: "string" } },
  outputs: ["b64Std", "b64Url", "dec", "hex"],
  generate: ({ byteLength, prefix }) => spell(randomBytes(Number(byteLength)), String(prefix ?? "")),

  /** `ID` or `PREFIX,ID`, the id in URL-safe base64. */
  adopt(id) {
    const comma = id.lastIndexOf(",");
    const prefix = id.slice(0, Math.max(comma, 0));
    const text = id.slice(comma + 1);
    const bytes = Buffer.from(text, "base64url");
    if (bytes.toString("base64url") !== text) {
      throw new Error(`'${text}' is not URL-safe base64 without padding; import a RandomId as ID or PREFIX,ID`);
    }
    return { ...spell(bytes, prefix), inputs: { byteLength: bytes.length, ...(prefix && { prefix }) } };
  },
};

function spell(bytes: Buffer, prefix: string): { id: string; outputs: Values } {
  const id = bytes.toString("base64url");
  return {
    id,
    outputs: {
      b64Std: prefix + bytes.toString("base64"),
      b64Url: prefix + id,
      dec: `${prefix}${BigInt(`0x${bytes.toString("hex") || "0"}`)}`,
      hex: prefix + bytes.toString("hex"),
    },
  };
}

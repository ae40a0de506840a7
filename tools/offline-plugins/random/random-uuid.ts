import { randomBytes } from "node:crypto";

import { keepers, type RandomResource } from "./resource.ts";

const GROUPS = /^(.{8})(.{4})(.{4})(.{4})(.{12})$/;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

export const randomUuid: RandomResource = {
  inputs: { keepers },
  outputs: ["result"],
  // 128 random bits without version bits, as the official plugin makes them.
  generate: () => made(randomBytes(16).toString("hex").replace(GROUPS, "$1-$2-$3-$4-$5")),
  adopt(id) {
    if (!UUID.test(id)) throw new Error(`'${id}' is not a UUID such as aabbccdd-eeff-0011-2233-445566778899`);
    return { ...made(id.toLowerCase()), inputs: {} };
  },
};

const made = (id: string) => ({ id, outputs: { result: id } });

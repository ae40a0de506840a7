import { readFileSync } from "node:fs";

export { answer } from "../debian/captured.ts";

/** What a Mac answers; its README says where each is from. */
export const documented = (file: string): string =>
  readFileSync(new URL(`../../../fixtures/darwin-15/${file}`, import.meta.url), "utf8");

export const base64 = (text: string): string => Buffer.from(text).toString("base64");

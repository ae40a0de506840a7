import { readFileSync } from "node:fs";

export const template = (path: string): string =>
  readFileSync(new URL(`../../templates/${path}`, import.meta.url), "utf8");

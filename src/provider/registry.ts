// Every resource there is, a line each.
import type { Resource } from "./resource.ts";

export const resources: readonly Resource[] = [];

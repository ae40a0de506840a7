import type { Thing } from "../making.ts";

/** The group of a user's name, where it came with the user: it goes with it too, unless a Group has taken it over. */
export const ownGroup = (name: string): Thing => ["own-groups", name];

import { helper } from "./helper.sh.ts";

/** All that the helper shell knows: sent over its standard input at the start of each channel, never as an argument. */
export const library: string = [helper].join("\n");

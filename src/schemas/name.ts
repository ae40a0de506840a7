import { z } from "zod";

/** A name that is a word, or a file's name, wherever it stands. */
export const plainName = z.string().regex(/^[\w.-]+$/, "give a name of letters, digits, `.`, `_` and `-`");

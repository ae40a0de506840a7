import { z } from "zod";

/** A name that is a word, or a file's name, wherever it stands. */
export const plainName = z.string().regex(/^[\w.-]+$/, "give a name of letters, digits, `.`, `_` and `-`");

/** Of a host, or of a domain. */
export const domainName = z
  .string()
  .regex(
    /^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$/,
    "give a host name in small letters, such as storage",
  );

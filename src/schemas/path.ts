import { z } from "zod";

/** One path has one spelling, or two resources could own the same file. A newline would end it on the wire. */
export const absolutePath = z
  .string()
  .regex(
    /^(?!.*\/\.{0,2}(\/|$))\/[^\n\0]*[^\s\0]$/,
    "give an absolute path without `//`, `.`, `..`, newline, or a slash or blank at its end, such as /etc/motd",
  );

/** One that definitions of jobs and accounts can hold; the root is one too. */
export const plainPath = z
  .string()
  .regex(
    /^(\/|(?!.*\/\.{0,2}(\/|$))\/[^:$\p{Cc}]*[^:$\s\p{Cc}])$/u,
    "give an absolute path without `:`, `$`, control characters, `//`, `.`, `..`, or a slash or blank at its end, such as /usr/bin/env",
  );

export const octalMode = z.string().regex(/^[0-7]{4}$/, "give four octal digits, such as 0644");

/** A user or group by name. */
export const accountName = z
  .string()
  .max(32)
  .regex(/^[A-Za-z_][\w.-]*\$?$/, "give the name of a user or group, such as deploy");

/** By name, or by number where it has none on the host. */
export const account = z
  .string()
  .regex(/^([A-Za-z_][\w.-]*\$?|\d+)$/, "give the name or number of a user or group on the host, such as root");

/** A program and its arguments; no shell reads it. */
export const argv = z.array(z.string()).min(1, 'give a program and its arguments, such as ["nginx", "-t"]');

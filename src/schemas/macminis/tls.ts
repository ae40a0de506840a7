import { z } from "zod";

import { localFile } from "../local-file.ts";

/**
 * Where a certificate comes from: files of the user's own, or an authority made on the host. `acme-dns` is refused with what
 * to do instead (MM-26): a client of yours asks a public authority, and its files are given.
 */
export const tls = z.discriminatedUnion("mode", [
  z.strictObject({
    mode: z.literal("files"),
    /** Paths of PEM files on the machine that runs Pulumi. */
    certificate: localFile("read"),
    key: localFile("read"),
  }),
  z.strictObject({
    mode: z.literal("internal-ca"),
    /** Days that a certificate lasts. */
    days: z.int().min(2).max(825).default(397),
    /** Renew this many days before it ends. */
    renewBefore: z.int().min(1).default(30),
  }),
  z.strictObject({ mode: z.literal("acme-dns") }),
]);

export type Tls = z.output<typeof tls>;

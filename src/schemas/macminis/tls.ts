import { z } from "zod";

/** Where a certificate comes from: files of the user's own, or an authority made on the host. */
export const tls = z.discriminatedUnion("mode", [
  z.strictObject({
    mode: z.literal("files"),
    /** Paths of PEM files on the machine that runs Pulumi. */
    certificate: z.string(),
    key: z.string(),
  }),
  z.strictObject({
    mode: z.literal("internal-ca"),
    /** Days that a certificate lasts. */
    days: z.int().min(2).max(825).default(397),
    /** Renew this many days before it ends. */
    renewBefore: z.int().min(1).default(30),
  }),
]);

export type Tls = z.output<typeof tls>;

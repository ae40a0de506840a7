import { z } from "zod";

import { localFile } from "../local-file.ts";

/**
 * Where a certificate comes from: files of the user's own, or an authority made on the host. `acme-dns` is refused with what
 * to do instead (MM-26): a client of yours asks a public authority, and its files are given.
 */
export const tls = z.discriminatedUnion("mode", [
  z.strictObject({
    mode: z.literal("files").describe("files of your own"),
    certificate: localFile("read").describe("path of the certificate on the machine that runs Pulumi, PEM"),
    key: localFile("read").describe("path of its private key on the machine that runs Pulumi, PEM"),
  }),
  z.strictObject({
    mode: z.literal("internal-ca").describe("an authority made on the host"),
    days: z.int().min(2).max(825).default(397).describe("days that a certificate lasts"),
    renewBefore: z.int().min(1).default(30).describe("renew it this many days before it ends"),
  }),
  z.strictObject({ mode: z.literal("acme-dns").describe("refused: a client of yours asks a public authority") }),
]);

import { z } from "zod";

import { hostName } from "./host.ts";
import { absolutePath, account, octalMode } from "./path.ts";
import { resourceSchema } from "./resource-schema.ts";

/** One spelling on every platform: what openssl takes for a subject without escapes. */
export const commonName = z
  .string()
  .regex(
    /^[A-Za-z0-9](?:[A-Za-z0-9 ._:@-]{0,62}[A-Za-z0-9])?$/,
    "give at most 64 letters, digits, blanks and . _ : @ -",
  );

export const privateKeySchema = resourceSchema({
  type: "groundwork:tls:PrivateKey",
  kind: "private-key",
  description:
    "A private key (ECDSA P-256) made on the host that uses it, which it never leaves, and the request that a Certificate is made from. A delete removes both; a key that was there before stays.",
  inputs: z.strictObject({
    host: hostName.describe("Host that makes and uses the key."),
    path: absolutePath.describe("Absolute path of the key; its request lies beside it, with `.csr` added."),
    commonName: commonName.describe("Subject of the request, such as the name of the server or of the client."),
    mode: octalMode.describe("Permissions of the key, as four octal digits.").default("0600"),
    owner: account.describe("User that owns the key.").default("root"),
    group: account.describe("Group that owns the key.").default("root"),
  }),
  outputs: z.object({
    request: z.string().describe("The signing request, PEM; public."),
    publicKeySha256: z
      .string()
      .describe("SHA-256 of the public key (SubjectPublicKeyInfo), in hexadecimal; KES calls it an identity."),
  }),
  replaceOn: ["host", "path"],
});

import { z } from "zod";

import { certificateOutputs, faults, renewBeforeDays } from "./certificate.ts";
import { hostName } from "./host.ts";
import { absolutePath } from "./path.ts";
import { commonName } from "./private-key.ts";
import { resourceSchema } from "./resource-schema.ts";

export const certificateAuthoritySchema = resourceSchema({
  type: "groundwork:tls:CertificateAuthority",
  kind: "certificate-authority",
  description:
    "A certificate authority made on a host, which its key (ca.key, for root alone) never leaves. Renewed with the same key before it ends. A delete only forgets it, unless `destroyOnDelete` was set before.",
  inputs: z
    .strictObject({
      host: hostName.describe("Host that makes the authority and signs."),
      path: absolutePath.describe("Directory of the authority, for root alone; the directory above must exist."),
      commonName: commonName.describe("Its name, as users see it."),
      days: z.int().min(1).max(7300).describe("Days that its certificate lasts.").default(3650),
      renewBeforeDays: renewBeforeDays.default(400),
      faults,
      destroyOnDelete: z
        .boolean()
        .describe("Let a delete remove key and certificate; what it signed is then worth nothing.")
        .default(false),
    })
    .refine(({ days, renewBeforeDays }) => renewBeforeDays < days, {
      path: ["renewBeforeDays"],
      message: "must be less than `days`",
    }),
  outputs: z.object(certificateOutputs),
  replaceOn: ["host", "path"],
  intent: ["renewBeforeDays", "destroyOnDelete"],
  lost: "`up` makes a new one, and what trusts the previous one must be told to trust it",
});

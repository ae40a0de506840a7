import { z } from "zod";

import { hostName } from "./host.ts";
import { plainName } from "./name.ts";
import { absolutePath } from "./path.ts";
import { resourceSchema } from "./resource-schema.ts";

export const renewBeforeDays = z
  .int()
  .min(1)
  .describe("Once no more than so many days are left it counts as drift, and `up` signs it anew.");

/** Only the machine fills this in, so that what is wrong there shows as a difference. */
export const faults = z
  .array(z.string())
  .max(0, "only the machine fills this in: what is wrong with the certificate there")
  .default([])
  .describe("What is wrong with it on the host. Only `[]` can be declared, so any is drift.");

export const certificateOutputs = {
  certificate: z.string().describe("The certificate, PEM; public."),
  notAfter: z.string().describe("When it ends, UTC."),
  fingerprint: z.string().describe("SHA-256 of the certificate, in hexadecimal."),
};

const subjectAlternativeName = z
  .string()
  .regex(
    /^(DNS:(\*\.)?[A-Za-z0-9_]([A-Za-z0-9_.-]*[A-Za-z0-9])?|IP:[0-9]{1,3}(\.[0-9]{1,3}){3})$/,
    "give DNS:name or IP:address (version 4), such as DNS:storage or IP:192.168.1.13",
  );

export const certificateSchema = resourceSchema({
  type: "groundwork:tls:Certificate",
  kind: "certificate",
  description:
    "A certificate signed by a CertificateAuthority of the same host for the request of a PrivateKey of any host. A delete removes the authority's copy.",
  inputs: z
    .strictObject({
      host: hostName.describe("Host of the authority."),
      authority: absolutePath.describe("`path` of the CertificateAuthority."),
      name: plainName
        .regex(/^\w/, "let the name start with a letter, a digit or `_`")
        .describe("Unique among the authority's certificates."),
      request: z
        .string()
        .regex(/^-----BEGIN (NEW )?CERTIFICATE REQUEST-----\s/, "give a signing request in PEM")
        .overwrite((text) => `${text.trim()}\n`)
        .describe("`request` of the PrivateKey, PEM."),
      subjectAlternativeNames: z
        .array(subjectAlternativeName)
        .describe("Names and addresses that it stands for: DNS:storage, IP:192.168.1.13.")
        .default([]),
      usages: z
        .array(z.enum(["server", "client"]))
        .min(1)
        .describe("What it may be shown as.")
        .default(["server"]),
      // More than 825 is refused by Apple's TLS clients, also from an authority of the user's own.
      days: z.int().min(1).max(825).describe("Days that it lasts.").default(397),
      renewBeforeDays: renewBeforeDays.default(30),
      faults,
    })
    .refine(({ days, renewBeforeDays }) => renewBeforeDays < days, {
      path: ["renewBeforeDays"],
      message: "must be less than `days`",
    })
    .refine(({ usages, subjectAlternativeNames }) => !usages.includes("server") || subjectAlternativeNames.length > 0, {
      path: ["subjectAlternativeNames"],
      message: "a server needs at least one name or address: clients look at nothing else",
    }),
  outputs: z.object(certificateOutputs),
  replaceOn: ["host", "authority", "name"],
  intent: ["renewBeforeDays"],
});

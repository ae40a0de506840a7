// What the site shows when it is asked by TLS.
import { X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import * as pulumi from "@pulumi/pulumi";

import { IssuedCertificate } from "../../src/components/issued-certificate.ts";
import type { SiteTls } from "../../src/components/macminis/site-certificate.ts";
import { type CertificateAuthority, Directory } from "../../src/components/resources.ts";
import type { Context } from "./context.ts";

interface Tls {
  readonly certificate: SiteTls;
  /** Left out where the certificate is none, which Nginx tells. */
  readonly ends?: pulumi.Input<string> | undefined;
}

/** Given, or signed by the authority. */
export function siteTls({ config, opts, at }: Context, authority: CertificateAuthority): Tls | undefined {
  const { tls, serverName } = config.services.nginx;
  if (!tls || tls.mode === "acme-dns") return undefined; // MM-26 refuses the latter
  if (tls.mode === "files") {
    const certificate = readFileSync(tls.certificate, "utf8");
    const key = pulumi.secret(readFileSync(tls.key, "utf8"));
    return { certificate: { certificate, key }, ends: endOf(certificate) };
  }
  const { host, address } = at("nginx");
  const names = [...new Set([serverName, host])].filter((name) => name !== "_");
  const provider = opts.providers[0];
  const folder = new Directory("site-certificate-folder", { host, path: "/etc/groundwork-site" }, { provider });
  const issued = new IssuedCertificate(
    "site-certificate",
    {
      host,
      authority,
      commonName: "site",
      folder: folder.path,
      subjectAlternativeNames: [`IP:${address}`, ...names.map((name) => `DNS:${name}`)],
      days: tls.days,
      renewBeforeDays: tls.renewBefore,
    },
    opts,
  );
  return { certificate: { issued, authority: authority.certificate }, ends: issued.notAfter };
}

function endOf(pem: string): string | undefined {
  try {
    return new X509Certificate(pem).validTo;
  } catch {
    return undefined;
  }
}

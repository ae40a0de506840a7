// What certificates and signing requests say.
import { X509Certificate } from "node:crypto";

import { sha256 } from "../../sha256.ts";

export interface CertificateText {
  readonly pem: string;
  readonly commonName: string;
  /** `DNS:storage`, `IP:192.168.1.13`, in the certificate's order. */
  readonly subjectAlternativeNames: string[];
  readonly usages: string[];
  /** From beginning to end, whole. */
  readonly days: number;
  readonly notAfter: Date;
  /** SHA-256 of the certificate, in hexadecimal. */
  readonly fingerprint: string;
  /** SHA-256 of the SubjectPublicKeyInfo, in hexadecimal. */
  readonly publicKeySha256: string;
  /** Signed with its key, and in its name. */
  issuedBy(authority: CertificateText): boolean;
  readonly x509: X509Certificate;
}

export interface RequestText {
  readonly commonName: string;
  readonly publicKeySha256: string;
}

const usageNames: Readonly<Record<string, string>> = { "1.3.6.1.5.5.7.3.1": "server", "1.3.6.1.5.5.7.3.2": "client" };
const DAY_MS = 86_400_000;

/** `undefined` where the text is no certificate. */
export function certificateOf(pem: string | undefined): CertificateText | undefined {
  if (pem === undefined) return undefined;
  let x509: X509Certificate;
  try {
    x509 = new X509Certificate(pem);
  } catch {
    return undefined;
  }
  const [notBefore, notAfter] = [new Date(x509.validFrom), new Date(x509.validTo)];
  return {
    pem,
    x509,
    commonName: /^CN=(.*)$/m.exec(x509.subject ?? "")?.[1] ?? "",
    subjectAlternativeNames: (x509.subjectAltName?.split(", ") ?? []).map((name) =>
      name.replace(/^IP Address:/, "IP:"),
    ),
    usages: (x509.keyUsage ?? []).map((oid) => usageNames[oid] ?? oid), // Node's name for the extended ones
    days: Math.round((notAfter.getTime() - notBefore.getTime()) / DAY_MS),
    notAfter,
    fingerprint: x509.fingerprint256.replaceAll(":", "").toLowerCase(),
    publicKeySha256: sha256(x509.publicKey.export({ type: "spki", format: "der" })),
    issuedBy: (authority) => x509.checkIssued(authority.x509) && x509.verify(authority.x509.publicKey),
  };
}

/** `undefined` where the text is no signing request. */
export function requestOf(pem: string | undefined): RequestText | undefined {
  const [, base64] = /-----BEGIN (?:NEW )?CERTIFICATE REQUEST-----([A-Za-z0-9+/=\s]+)-----END/.exec(pem ?? "") ?? [];
  if (base64 === undefined) return undefined;
  try {
    const [request] = elements(Buffer.from(base64, "base64"));
    const [info] = within(request);
    const [, subject, publicKey] = within(info);
    if (!publicKey) return undefined;
    return { commonName: commonNameOf(subject), publicKeySha256: sha256(publicKey) };
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

const commonNameOid = Buffer.from([0x06, 3, 0x55, 4, 3]);

function commonNameOf(subject: Buffer | undefined): string {
  const attributes = within(subject).flatMap(within).map(within);
  const found = attributes.find(([type]) => type?.equals(commonNameOid));
  return found?.[1] ? contentOf(found[1]).toString("utf8") : "";
}

/** X.690: each element is a tag, a length, and its content. */
function elements(der: Buffer): Buffer[] {
  const found: Buffer[] = [];
  for (let at = 0; at < der.length; at += found.at(-1)?.length ?? 1) {
    const { start, size } = extent(der.subarray(at));
    if (at + start + size > der.length) throw new RangeError("cut short");
    found.push(der.subarray(at, at + start + size));
  }
  return found;
}

function extent(element: Buffer): { start: number; size: number } {
  const first = element.readUInt8(1);
  if (first < 0x80) return { start: 2, size: first };
  return { start: 2 + (first & 0x7f), size: element.readUIntBE(2, first & 0x7f) };
}

const contentOf = (element: Buffer): Buffer => element.subarray(extent(element).start);
const within = (element: Buffer | undefined): Buffer[] => (element ? elements(contentOf(element)) : []);

import { certificateSchema } from "../../schemas/certificate.ts";
import { HostError } from "../errors.ts";
import { files } from "../platforms/posix/files.ts";
import { carryOut } from "../platforms/posix/outcome.ts";
import { authorityCertificate, issued, removeCertificate, signLeaf } from "../platforms/posix/tls.ts";
import { type CertificateText, requestOf } from "../platforms/posix/x509.ts";
import { defineResource } from "../resource.ts";
import { certificateAt, endsSoon, outputs } from "./certificate-file.ts";

/** Holds what an authority signed for a request; where it is used, a File holds a copy. */
export default defineResource(certificateSchema, {
  name: ({ authority, name }) => issued(authority, name),
  identify: (path) => {
    const [, authority, name] = /^(.+)\/issued\/([^/]+)\.crt$/.exec(path) ?? [];
    if (!authority || !name) throw new Error(`\`${path}\` is not a path of the form AUTHORITY/issued/NAME.crt`);
    return { authority, name };
  },

  async observe(host, { authority: path, name, request, renewBeforeDays }) {
    const [authority, certificate] = await Promise.all([
      certificateAt(host, authorityCertificate(path)),
      certificateAt(host, issued(path, name)),
    ]);
    if (!certificate) return undefined;
    const { subjectAlternativeNames, usages, days } = certificate;
    const faults = [
      ...(authority && certificate.issuedBy(authority) ? [] : ["is not issued by this authority"]),
      ...endsSoon(certificate, renewBeforeDays),
    ];
    return {
      host: host.name,
      authority: path,
      name,
      request: request === undefined || answers(certificate, request) ? request : "(of another key or name)",
      subjectAlternativeNames,
      usages,
      days,
      faults,
      ...outputs(certificate),
    };
  },

  async reconcile(host, desired) {
    const { authority, name } = desired;
    if (!(await certificateAt(host, authorityCertificate(authority)))) {
      const advice = "declare it as a CertificateAuthority that this depends on";
      throw new HostError(host.name, `there is no authority at ${authority}: ${advice}, and run again`);
    }
    await carryOut(host, signLeaf(desired));
    host.remember(files, issued(authority, name));
    host.remember(files, authorityCertificate(authority));
  },

  async remove(host, { authority, name }) {
    await carryOut(host, removeCertificate(issued(authority, name)));
    host.forget(files, issued(authority, name));
  },
});

/** A request is signed with random numbers each time; what counts is whose key and name it holds. */
function answers({ commonName, publicKeySha256 }: CertificateText, request: string): boolean {
  const wanted = requestOf(request);
  return wanted !== undefined && wanted.publicKeySha256 === publicKeySha256 && wanted.commonName === commonName;
}

import * as pulumi from "@pulumi/pulumi";

/** A certificate of the user's own with its key, both PEM; or one on the host already, signed by an authority of ours. */
export type SiteTls =
  | { certificate: pulumi.Input<string>; key: pulumi.Input<string> }
  | {
      issued: {
        /** Paths on the host. */
        certificate: pulumi.Input<string>;
        key: pulumi.Input<string>;
        /** Changes with each renewal. */
        fingerprint: pulumi.Input<string>;
      };
      /** Certificate that clients trust, PEM. */
      authority: pulumi.Input<string>;
    };

type ConfigurationFile = { content: pulumi.Input<string>; mode?: string };

export interface SiteCertificate {
  readonly paths: { certificate: pulumi.Input<string>; key: pulumi.Input<string> };
  /** Those that are part of Nginx' own configuration: it reloads when they change. */
  readonly files: Record<string, ConfigurationFile>;
  /** What else Nginx reloads on. */
  readonly reloadOn: Record<string, pulumi.Input<string>>;
  /** What clients trust; `undefined` where that is a public authority. */
  readonly authority: pulumi.Input<string> | undefined;
}

/** What Nginx and its clients need of it. */
export function siteCertificate(tls: SiteTls, folder: string): SiteCertificate {
  if ("issued" in tls) {
    const { fingerprint, certificate, key } = tls.issued; // it may be a resource, which Pulumi would not look into
    return { paths: { certificate, key }, files: {}, reloadOn: { certificate: fingerprint }, authority: tls.authority };
  }
  const paths = { certificate: `${folder}/site.crt`, key: `${folder}/site.key` };
  const files = {
    [paths.certificate]: { content: tls.certificate },
    [paths.key]: { content: pulumi.secret(tls.key), mode: "0600" },
  };
  return { paths, files, reloadOn: {}, authority: undefined };
}

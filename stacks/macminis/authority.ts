import { CertificateAuthority } from "../../src/components/resources.ts";
import type { Context } from "./context.ts";

/** Signs the certificates that the hosts show one another; its key stays beside the data that they protect. */
export const authority = ({ config: { services }, opts: { providers } }: Context): CertificateAuthority =>
  new CertificateAuthority(
    "authority",
    { host: services.postgres.host, path: "/etc/groundwork-authority", commonName: "Project SOT" },
    { provider: providers[0] },
  );

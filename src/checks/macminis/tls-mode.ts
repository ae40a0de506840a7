import { type Check, error, mend } from "../check.ts";
import type { MacminisModel } from "./model.ts";

/** HTTPS has a certificate from somewhere. */
export const tlsMode: Check<MacminisModel> = {
  id: "MM-26",
  waivable: false,
  findings({ declared: { services } }) {
    const { port, serverName, tls } = services.nginx;
    if (port === 443 && !tls) {
      return [
        error(
          `nginx should serve 443, but no tls.mode says where its certificate comes from: ${mend("services.nginx.tls.mode", "internal-ca")}`,
        ),
      ];
    }
    if (tls?.mode !== "acme-dns") return [];
    const domain = serverName === "_" ? "DOMAIN" : serverName;
    return [
      error(
        `tls.mode acme-dns is not built in: get the certificate with an ACME client, such as lego --accept-tos --email YOU --dns PROVIDER --domains ${domain} run, give its files as services.nginx.tls {mode: files, certificate, key}, and run pulumi up after each renewal, which reloads Nginx; or ${mend("services.nginx.tls.mode", "internal-ca")}`,
      ),
    ];
  },
};

import { type Check, error, mend } from "../check.ts";
import type { MacminisModel } from "./model.ts";

/** HTTPS has a certificate from somewhere. */
export const tlsMode: Check<MacminisModel> = {
  id: "MM-26",
  waivable: false,
  findings: ({ declared: { services } }) =>
    services.nginx.port === 443 && !services.nginx.tls
      ? [
          error(
            `nginx is to serve 443 and no tls.mode says where its certificate comes from: ${mend("services.nginx.tls.mode", "internal-ca")}`,
          ),
        ]
      : [],
};

import { type Check, mend, warning } from "../check.ts";
import type { MacminisModel } from "./model.ts";

/** Keys lie on another machine than what they open. */
export const keyBesideData: Check<MacminisModel> = {
  id: "MM-19",
  waivable: true,
  findings({ hosts, declared: { services } }) {
    const { kes, ddc, postgres } = services;
    if (!kes?.enabled) return [];
    const data = { postgres: postgres.host, ...(ddc?.enabled && { ddc: ddc.host }) };
    const beside = Object.entries(data).flatMap(([name, host]) => (host === kes.host ? [name] : []));
    if (beside.length === 0) return [];
    const other = Object.keys(hosts).find((name) => name !== kes.host) ?? "HOST";
    return [
      warning(
        `kes is on ${kes.host} together with ${beside.join(" and ")}: whoever takes that machine has both keys and data; ${mend("services.kes.host", other)}`,
      ),
    ];
  },
};

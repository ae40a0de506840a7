import { type Check, error, mend } from "../check.ts";
import type { MacminisModel } from "./model.ts";

/** Nothing leaves the office unencrypted. */
export const ddcSync: Check<MacminisModel> = {
  id: "MM-18",
  waivable: false,
  findings({ declared: { services, features } }) {
    if (!services.ddc?.sync || (features.kes && services.kes?.enabled)) return [];
    return [
      error(
        `ddc.sync needs kes: text would leave unencrypted. Enable services.kes, test a round trip, set features.kes; until then: ${mend("services.ddc.sync", "false")}`,
      ),
    ];
  },
};

import { type Check, mend, warning } from "../check.ts";
import type { MacminisModel } from "./model.ts";

/** Another machine notices when the one that watches all is gone. */
export const watchedWatcher: Check<MacminisModel> = {
  id: "MM-28",
  waivable: true,
  findings({ hosts, declared: { services } }) {
    const { host, watchdog } = services.prometheus;
    if (watchdog && watchdog.host !== host) return [];
    const other = Object.keys(hosts).find((name) => name !== host) ?? "HOST";
    return [
      warning(
        `${host} cannot tell of its own death; let another host ask it: ${mend("services.prometheus.watchdog.host", other)}`,
      ),
    ];
  },
};

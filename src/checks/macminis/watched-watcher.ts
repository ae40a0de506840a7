import { type Check, mend, note, warning } from "../check.ts";
import type { MacminisModel } from "./model.ts";

/** Another machine notices when the one that watches all is gone, and somebody hears of it. */
export const watchedWatcher: Check<MacminisModel> = {
  id: "MM-28",
  waivable: true,
  findings({ hosts, declared: { services } }) {
    const { host, watchdog } = services.prometheus;
    if (watchdog && watchdog.host !== host) return watchdog.ping ? [] : [unheard(watchdog.host, host)];
    const other = Object.keys(hosts).find((name) => name !== host) ?? "HOST";
    return [
      warning(
        `${host} cannot report its own failure; let another host watch it: ${mend("services.prometheus.watchdog.host", other)}`,
      ),
    ];
  },
};

const unheard = (watchdog: string, host: string) =>
  note(
    `nobody hears when ${host} is gone: ${watchdog} notices, and has nobody to tell. Name a service that raises the alarm when its pings stop (a dead man's switch, such as healthchecks.io): pulumi config set --secret --path 'groundwork:services.prometheus.watchdog.ping' URL`,
  );

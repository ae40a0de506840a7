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
        `${host} cannot tell of its own death; let another host ask it: ${mend("services.prometheus.watchdog.host", other)}`,
      ),
    ];
  },
};

const unheard = (watchdog: string, host: string) =>
  note(
    `nobody hears when ${host} is gone: ${watchdog} notices, and has nobody to tell. Have a service that raises the alarm when calls stay out: pulumi config set --secret --path 'groundwork:services.prometheus.watchdog.ping' URL`,
  );

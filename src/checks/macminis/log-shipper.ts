import { type Check, error, mend } from "../check.ts";
import type { MacminisModel } from "./model.ts";

/** Logs are shipped by something that is still maintained. */
export const logShipper: Check<MacminisModel> = {
  id: "MM-16",
  waivable: false,
  findings: ({ declared: { services } }) =>
    services.alloy?.shipper === "promtail"
      ? [
          error(
            `promtail has been end-of-life since 2026-03-02; use Grafana Alloy: ${mend("services.alloy.shipper", "alloy")}`,
          ),
        ]
      : [],
};

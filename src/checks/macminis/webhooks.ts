import { type Check, mend, warning } from "../check.ts";
import type { MacminisModel } from "./model.ts";

/** Nobody outside calls into an office network. */
export const webhooks: Check<MacminisModel> = {
  id: "MM-25",
  waivable: true,
  findings: ({ declared: { services } }) =>
    services.rob?.events === "webhook"
      ? [
          warning(
            `Notion's webhooks need a public HTTPS address, which a host behind the office's router does not have; give it a tunnel, or poll instead: ${mend("services.rob.events", "polling")}`,
          ),
        ]
      : [],
};

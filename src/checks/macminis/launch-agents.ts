import { type Check, error, mend } from "../check.ts";
import type { MacminisModel } from "./model.ts";

/** Servers start without anybody logging in. */
export const launchAgents: Check<MacminisModel> = {
  id: "MM-15",
  waivable: false,
  findings: ({ hosts }) =>
    Object.entries(hosts)
      .filter(([, { launchd }]) => launchd === "LaunchAgents")
      .map(([name]) =>
        error(
          `services of ${name} are LaunchAgents, which wait for a login at the screen; use LaunchDaemons: ${mend(`hosts.${name}.launchd`, "LaunchDaemons")}`,
        ),
      ),
};

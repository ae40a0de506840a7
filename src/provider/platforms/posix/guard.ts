import type { Guard } from "../guard.ts";

/** Switches that a service manager, systemd or launchd, sets off. */
export const guardBy = (manager: "systemd" | "launchd"): Guard => ({
  arm: (name, seconds, undo) => ({ argv: ["gw_guard_arm", manager, name, String(seconds), undo] }),
  fire: (name) => ({ argv: ["gw_guard_fire", manager, name] }),
  disarm: (name) => ({ argv: ["gw_guard_disarm", manager, name], exitCodes: [0, 1] }),
  fired: (name) => ({ argv: ["gw_guard_fired", manager, name] }),
});

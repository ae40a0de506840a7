import type { Desired } from "../../schemas/resource-schema.ts";
import { serviceSchema } from "../../schemas/service.ts";
import { HostError } from "../errors.ts";
import { linesOf } from "../lines.ts";
import { defineResource } from "../resource.ts";
import { findUnit, forgetUnit, observeUnit, reconcileUnit, reread, stopUnit, type WantedUnit } from "./running-unit.ts";

const wanted = (desired: Desired<typeof serviceSchema>): WantedUnit => ({
  name: desired.unit,
  running: desired.running,
  enabled: desired.enabled,
  started: { restartOn: desired.restartOn, reloadOn: desired.reloadOn },
});

/** Holds a unit that the host already has. */
export default defineResource(serviceSchema, {
  name: ({ unit }) => unit,
  identify: (unit) => ({ unit }),

  async observe(host, desired) {
    const found = await findUnit(host, desired.unit);
    return found && { unit: desired.unit, ...observeUnit(found, wanted(desired)) };
  },

  async reconcile(host, desired) {
    const found = await findUnit(host, desired.unit);
    if (!found) {
      throw new HostError(
        host.name,
        `has no unit ${desired.unit}; let this Service depend on the PackageSet that brings it, or correct the name (\`systemctl list-unit-files\` shows all)`,
      );
    }
    await reconcileUnit(host, wanted(desired), found);
  },

  list: (host) => linesOf(host, host.platform.services.names()),

  async remove(host, { unit, stopOnDelete }) {
    const before = stopOnDelete ? await stopUnit(host, unit) : undefined;
    if (before?.enabled === true) await reread(host, [["disable", unit]]);
    await forgetUnit(host, unit);
  },
});

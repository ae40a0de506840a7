import { powerSchema } from "../../schemas/power.ts";
import { HostError } from "../errors.ts";
import type { Host } from "../host.ts";
import type { Power, PowerSettings } from "../platforms/platform.ts";
import { defineResource } from "../resource.ts";
import { onlyOne } from "./only-one.ts";

/** A host has one set of power settings, and so one resource of this kind. */
const only = "power";

/** Holds when a Mac sleeps, wakes and restarts by itself. */
export default defineResource(powerSchema, {
  ...onlyOne(powerSchema.kind, only, "set of power settings"),

  async observe(host) {
    return { ...(await host.read(settingsOf(host).settings, only)) };
  },

  async reconcile(host, { host: _, ...desired }, observed) {
    const differing = Object.entries(desired).filter(([key, value]) => observed?.[key as keyof Power] !== value);
    const unknown = differing.filter(([key]) => observed?.[key as keyof Power] === undefined).map(([key]) => key);
    if (unknown.length > 0) {
      const mend = `leave it out; in the configuration of a stack: pulumi config set --path 'groundwork:hosts.${host.name}.restartfreeze' false`;
      throw new HostError(
        host.name,
        `this Mac has no power setting ${unknown.join(", ")}: ${unknown.includes("restartfreeze") ? mend : "leave it out"}`,
      );
    }
    if (differing.length > 0) await host.run(settingsOf(host).set(Object.fromEntries(differing)));
  },

  list: async ({ platform }) => (platform.power ? [only] : []),

  async remove() {
    // A machine cannot be without settings.
  },
});

function settingsOf(host: Host): PowerSettings {
  const { name, power } = host.platform;
  if (power) return power;
  throw new HostError(host.name, `Power is for macOS, and this host is ${name}: leave it out for this host`);
}

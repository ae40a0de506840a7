import { hostnameSchema } from "../../schemas/hostname.ts";
import { defineResource } from "../resource.ts";
import { onlyOne } from "./only-one.ts";

/** A host has one name, and so one resource of this kind. */
const only = "hostname";

/** Holds what a host calls itself. */
export default defineResource(hostnameSchema, {
  ...onlyOne(hostnameSchema.kind, only, "host name"),

  async observe(host, desired) {
    const { live, kept, resolved } = await host.read(host.platform.hostname.names, only);
    return {
      hostname: live === kept ? live : `${live}; ${kept || "none"} after the next boot`,
      resolves: resolved.includes(desired.hostname ?? live) || undefined, // that it does not is nothing to declare
    };
  },

  async reconcile(host, desired) {
    const { hostname } = host.platform;
    const { live, kept, resolved } = await host.read(hostname.names, only);
    // First, or sudo complains of a name that nobody knows.
    if (desired.resolves && !resolved.includes(desired.hostname)) await host.run(hostname.resolve(desired.hostname));
    if (live !== desired.hostname || kept !== desired.hostname) await host.run(hostname.set(desired.hostname));
  },

  async remove() {
    // A host cannot be without a name.
  },
});

import { HostFirewall } from "../../src/components/macminis/host-firewall.ts";
import { HostSettings } from "../../src/components/macminis/host-settings.ts";
import type { Context } from "./context.ts";

/** What every host needs, whatever runs on it. */
export function hosts({ config: { network }, model, opts }: Context): void {
  for (const host of Object.keys(model.hosts)) {
    new HostSettings(`${host}-settings`, { host, model }, opts);
    if (!network.firewall) continue;
    new HostFirewall(`${host}-firewall`, { host, model, operators: network.operators }, opts);
  }
}

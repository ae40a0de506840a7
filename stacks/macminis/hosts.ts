import { firstOnHost } from "../../src/components/first-on-host.ts";
import { HostFirewall } from "../../src/components/macminis/host-firewall.ts";
import { HostSettings } from "../../src/components/macminis/host-settings.ts";
import type { Context } from "./context.ts";

/** What every host needs, whatever runs on it. All that is declared later waits for the firewall of its host. */
export function hosts({ config: { network }, model, opts }: Context): void {
  const names = Object.keys(model.hosts);
  for (const host of names) new HostSettings(`${host}-settings`, { host, model }, opts);
  if (!network.firewall) return;
  const { operators } = network;
  const guarded = names.map(
    (host) => [host, new HostFirewall(`${host}-firewall`, { host, model, operators }, opts).rules] as const,
  );
  firstOnHost(Object.fromEntries(guarded));
}

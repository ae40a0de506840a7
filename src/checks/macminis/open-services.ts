import { type Check, error, mend } from "../check.ts";
import type { MacminisModel } from "./model.ts";

/** What asks nobody who they are is reached by those alone that need it. */
export const openServices: Check<MacminisModel> = {
  id: "MM-24",
  waivable: true,
  findings({ services, declared: { network } }) {
    const found = services.filter(
      ({ open, listens, clients }) => open && listens === "lan" && (!network.firewall || clients === "network"),
    );
    if (found.length === 0) return [];
    const names = found.map(({ name }) => name).join(", ");
    const advice = network.firewall
      ? "limit each to the hosts of the services that use it"
      : mend("network.firewall", "true");
    return [error(`everybody on ${network.cidr} reaches services that ask for no password: ${names}; ${advice}`)];
  },
};

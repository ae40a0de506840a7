import { type Check, mend, warning } from "../check.ts";
import type { MacminisModel } from "./model.ts";

/** What crosses a network that others are on is encrypted. */
export const plainTraffic: Check<MacminisModel> = {
  id: "MM-17",
  waivable: true,
  findings({ services, declared: { network } }) {
    if (network.trusted) return [];
    const read = services
      .filter(
        ({ plain, name, host, listens, clients }) =>
          plain &&
          ((listens === "lan" && clients === "network") ||
            services.some((user) => user.uses.includes(name) && user.host !== host)),
      )
      .map(({ name }) => name);
    if (read.length === 0) return [];
    return [
      warning(
        `anybody on ${network.cidr} can read the traffic of ${read.join(", ")}; put the hosts on a network of their own or WireGuard between them, then: ${mend("network.trusted", "true")}`,
      ),
    ];
  },
};

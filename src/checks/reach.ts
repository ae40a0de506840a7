import { type Check, error, mend } from "./check.ts";

/** What listens on the loopback address alone is used from its own host alone. */
export const reach: Check = {
  id: "GW-03",
  waivable: false,
  findings: ({ hosts, services }) => {
    const placed = services.filter(({ host }) => Object.hasOwn(hosts, host)); // the others are told by references
    return placed.flatMap((user) =>
      placed
        .filter(({ name, listens, host }) => user.uses.includes(name) && listens === "loopback" && host !== user.host)
        .map(({ name, host, key }) =>
          error(
            `${user.name} on ${user.host} uses ${name}, which only ${host} itself reaches; let it listen on the network: ${mend(`${key}.listens`, "lan")}`,
          ),
        ),
    );
  },
};

import { type Check, error, mend } from "./check.ts";

/** Every host and service that is named exists. */
export const references: Check = {
  id: "GW-01",
  waivable: false,
  findings: ({ hosts, services }) => {
    const known = Object.keys(hosts);
    const running = services.filter(({ reserved }) => !reserved).map(({ name }) => name);
    const listening = services.filter(({ port, reserved }) => port > 0 && !reserved).map(({ name }) => name);
    const meant = listening.filter((name) => listening.indexOf(name) === listening.lastIndexOf(name)); // not sshd of every host
    return services.flatMap(({ name, host, uses, key, beside }) => [
      ...(known.includes(host) || beside !== undefined // told of the other
        ? []
        : [
            error(
              `${name} should run on host "${host}", which does not exist; the hosts are ${known.join(", ")}: ${mend(`${key}.host`, known[0] ?? "HOST")}`,
            ),
          ]),
      ...uses
        .filter((used) => !running.includes(used))
        .map((used) => error(`${name} uses "${used}", which is not a service; the services are ${meant.join(", ")}`)),
    ]);
  },
};

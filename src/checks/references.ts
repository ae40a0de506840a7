import { type Check, error, mend } from "./check.ts";

/** Every host and service that is named exists. */
export const references: Check = {
  id: "GW-01",
  waivable: false,
  findings: ({ hosts, services }) => {
    const known = Object.keys(hosts);
    const named = services.map(({ name }) => name);
    return services.flatMap(({ name, host, uses, key }) => [
      ...(known.includes(host)
        ? []
        : [
            error(
              `${name} is to run on host "${host}", which does not exist; there are: ${known.join(", ")}: ${mend(`${key}.host`, known[0] ?? "HOST")}`,
            ),
          ]),
      ...uses
        .filter((used) => !named.includes(used))
        .map((used) => error(`${name} uses "${used}", which is no service; there are: ${named.join(", ")}`)),
    ]);
  },
};

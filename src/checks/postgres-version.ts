import { type Check, error, mend } from "./check.ts";

/** The platform's packages have the wanted version of PostgreSQL. */
export const postgresVersion: Check = {
  id: "GW-05",
  waivable: false,
  findings: ({ hosts, database }) => {
    const platform = database && hosts[database.host]?.platform;
    if (!platform || database.offered.includes(database.version)) return [];
    return [
      error(
        `postgres should be version ${database.version}, but ${platform} has packages of ${database.offered.join(", ") || "none"} only: ${mend("services.postgres.version", database.offered[0] ?? "VERSION")}, or choose another host`,
      ),
    ];
  },
};

import { type Check, error } from "../check.ts";
import type { MacminisModel } from "./model.ts";

/** pgvector is there for the version of the server. */
export const pgvectorPackage: Check<MacminisModel> = {
  id: "MM-13",
  waivable: false,
  findings({ hosts, database }) {
    if (database.vector !== "none" || !database.offered.includes(database.version)) return []; // GW-05 tells the latter
    const packages =
      hosts[database.host]?.platform === "darwin"
        ? "Homebrew does not support postgresql@"
        : "the packages does not support PostgreSQL ";
    return [
      error(
        `pgvector from ${packages}${database.version}; give its source as services.postgres.pgvector {url or source, sha256}, or choose a groundwork:services.postgres.version that it supports`,
      ),
    ];
  },
};

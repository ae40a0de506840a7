import { type Check, mend, warning } from "../check.ts";
import type { MacminisModel } from "./model.ts";

/** The database outlives its machine. */
export const databaseBackup: Check<MacminisModel> = {
  id: "MM-27",
  waivable: true,
  findings({ hosts, database: { host, backup } }) {
    const other = Object.keys(hosts).find((name) => name !== host) ?? "HOST";
    if (!backup) {
      return [
        warning(
          `nothing backs the database up: if ${host} is lost, so are the data; ${mend("services.postgres.backup.host", other)}`,
        ),
      ];
    }
    if (backup.host !== host) return [];
    return [warning(`dumps stay on ${host}, beside the database; ${mend("services.postgres.backup.host", other)}`)];
  },
};

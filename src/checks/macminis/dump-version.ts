import { type Check, error } from "../check.ts";
import type { MacminisModel } from "./model.ts";

/** pg_dump refuses a server that is newer than itself. */
export const dumpVersion: Check<MacminisModel> = {
  id: "MM-10",
  waivable: true,
  findings({ database: { import: given, version } }) {
    if (given?.sourceVersion === undefined || given.sourceVersion <= version) return [];
    return [
      error(
        `the import comes from PostgreSQL ${given.sourceVersion}, and the client programs are of ${version}, whose pg_dump refuses it: dump with pg_dump ${given.sourceVersion}, or raise groundwork:services.postgres.version`,
      ),
    ];
  },
};

import { type Check, error, mend } from "../check.ts";
import type { MacminisModel } from "./model.ts";

/** pg_dump refuses a server that is newer than itself. */
export const dumpVersion: Check<MacminisModel> = {
  id: "MM-10",
  waivable: true,
  findings({ database: { import: given, version } }) {
    const { sourceVersion = 0, clientVersion = version } = given ?? {};
    if (sourceVersion <= clientVersion) return [];
    return [
      error(
        `the import comes from PostgreSQL ${sourceVersion}, which pg_dump ${clientVersion} refuses; dump with pg_dump ${sourceVersion}, and say so: ${mend("import.clientVersion", sourceVersion)}`,
      ),
    ];
  },
};

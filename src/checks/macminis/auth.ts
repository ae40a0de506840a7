import { type Check, mend, warning } from "../check.ts";
import type { MacminisModel } from "./model.ts";

/** Somebody decided who may use the site. */
export const auth: Check<MacminisModel> = {
  id: "MM-12",
  waivable: true,
  findings: ({ database }) =>
    database.import && !database.import.auth
      ? [
          warning(
            `no replacement for Supabase Auth is declared; if everybody on the network may use the site, say so: ${mend("import.auth", "none")}`,
          ),
        ]
      : [],
};

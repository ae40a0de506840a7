import { type Check, error, mend } from "../check.ts";
import type { MacminisModel } from "./model.ts";

/** The system that data comes from is a real one. */
export const importSource: Check<MacminisModel> = {
  id: "MM-11",
  waivable: false,
  findings: ({ database: { import: given } }) =>
    given?.from?.includes("xxx")
      ? [
          error(
            `the import comes from ${given.from}, a placeholder; give the address of Supabase's session pooler, and dump with --no-owner --no-privileges and sslmode=require: ${mend("import.from", "ADDRESS")}`,
          ),
        ]
      : [],
};

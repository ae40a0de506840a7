import { type Check, error, mend } from "../check.ts";
import type { MacminisModel } from "./model.ts";

/** Vectors of another model are not kept: they cannot be compared with this one's, whatever their length. */
export const importedVectors: Check<MacminisModel> = {
  id: "MM-07",
  waivable: true,
  findings({ database: { import: given, dimension } }) {
    if (!given || given.reembed) return [];
    return [
      error(
        `the import keeps vectors of another model, which cannot be compared with this one's: ${mend("import.reembed", "true")}`,
      ),
      ...(given.dimension !== undefined && given.dimension !== dimension
        ? [
            error(
              `the import keeps vectors of ${given.dimension} numbers, and the embedding model makes ${dimension}: ${mend("import.reembed", "true")}`,
            ),
          ]
        : []),
    ];
  },
};

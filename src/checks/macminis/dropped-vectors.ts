import { type Check, error } from "../check.ts";
import type { MacminisModel } from "./model.ts";

/** Vectors that are in use are not dropped, nor ones to come. */
export const droppedVectors: Check<MacminisModel> = {
  id: "GW-08",
  waivable: false,
  findings: ({ declared: { services } }) => {
    const { generation, droppedGenerations } = services.postgres;
    const wrong = droppedGenerations.filter((dropped) => dropped >= generation);
    if (wrong.length === 0) return [];
    const are = `vectors of generation ${wrong.join(" and ")} are to be dropped, and generation ${generation} is in use`;
    return [
      error(
        `${are}: take ${wrong.join(" and ")} out of groundwork:services.postgres.droppedGenerations, or raise generation with a new model or prefix`,
      ),
    ];
  },
};

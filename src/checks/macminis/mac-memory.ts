import { type Check, mend, warning } from "../check.ts";
import { appleChips, chipsWith } from "./apple-chips.ts";
import type { MacminisModel } from "./model.ts";

/** A Mac mini with this memory exists with that chip. What the machine is, the provider asks it. */
export const macMemory: Check<MacminisModel> = {
  id: "MM-22",
  waivable: true,
  findings: ({ hosts }) =>
    Object.entries(hosts).flatMap(([name, { platform, chip, memoryMiB }]) => {
      const possible = chipsWith(memoryMiB);
      const rare = possible.length === 1;
      if (platform !== "darwin" || (chip === undefined ? !rare : !appleChips[chip] || possible.includes(chip)))
        return [];
      if (possible.length === 0) {
        return [
          warning(`there is no Mac mini with ${memoryMiB / 1024} GiB: correct groundwork:hosts.${name}.memoryGiB`),
        ];
      }
      const which = `a Mac mini with ${memoryMiB / 1024} GiB exists only as ${possible.join(" or ")}`;
      return [warning(`${name}: ${which}; declare its chip: ${mend(`hosts.${name}.chip`, `'${possible[0]}'`)}`)];
    }),
};

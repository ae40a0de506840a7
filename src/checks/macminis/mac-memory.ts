import { type Check, warning } from "../check.ts";
import { appleChips } from "./apple-chips.ts";
import type { MacminisModel } from "./model.ts";

/** A Mac mini with this memory exists with that chip. What the machine is, the provider asks it. */
export const macMemory: Check<MacminisModel> = {
  id: "MM-22",
  waivable: true,
  findings: ({ hosts }) =>
    Object.entries(hosts).flatMap(([name, { platform, chip, memoryMiB }]) => {
      const most = appleChips[chip ?? ""]?.mostMemoryGiB;
      if (platform !== "darwin" || most === undefined || memoryMiB <= most * 1024) return [];
      const others = Object.entries(appleChips).filter(([, { mostMemoryGiB }]) => memoryMiB <= mostMemoryGiB * 1024);
      const only = others.length > 0 ? `; only with ${others.map(([other]) => other).join(" or ")}` : "";
      return [
        warning(`there is no Mac mini ${chip} with ${memoryMiB / 1024} GiB${only}: correct groundwork:hosts.${name}`),
      ];
    }),
};

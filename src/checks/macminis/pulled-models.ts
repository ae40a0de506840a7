import { type Check, mend, warning } from "../check.ts";
import { gib } from "./inference.ts";
import type { MacminisModel } from "./model.ts";

/** What may be asked for lies there already. */
export const pulledModels: Check<MacminisModel> = {
  id: "MM-06",
  waivable: true,
  findings: ({ declared: { services } }) =>
    Object.entries(services.ollama.models)
      .filter(([, { runtime, pull }]) => runtime === "ollama" && !pull)
      .map(([name, { model, diskMiB }]) =>
        warning(
          `model ${model} is declared but not pulled: the first request for it waits for ${gib(diskMiB)}; ${mend(["services", "ollama", "models", name, "pull"], "true")}`,
        ),
      ),
};

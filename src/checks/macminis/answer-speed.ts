import { type Check, warning } from "../check.ts";
import { chipOf } from "./apple-chips.ts";
import { inferenceOf } from "./inference.ts";
import type { MacminisModel } from "./model.ts";

/** Seconds that an answer may take (P95). */
const target = 5;

/** Tokens that an answer has at least: two or three sentences. */
const shortAnswer = 50;

/** Memory is read once for each token: that bounds what the chip can answer in time, before it has read the prompt. */
export const answerSpeed: Check<MacminisModel> = {
  id: "MM-21",
  waivable: true,
  findings(model) {
    const found = inferenceOf(model);
    const chip = found && chipOf(found.host);
    if (!chip) return [];
    return Object.values(model.declared.services.ollama.models)
      .filter(({ use, resident, diskMiB }) => use === "generation" && resident === "always" && diskMiB > 0)
      .map(({ model, diskMiB }) => ({ model, perSecond: (chip.memoryBandwidth * 1e9) / (diskMiB * 1024 ** 2) }))
      .filter(({ perSecond }) => perSecond * target < shortAnswer)
      .map(({ model, perSecond }) =>
        warning(
          `${model} makes at most ${perSecond.toFixed(1)} tokens/s on an ${chip.name} (${chip.memoryBandwidth} GB/s): that is ${Math.floor(perSecond * target)} tokens in ${target} s; measure the time to the first one, or make a smaller model resident`,
        ),
      );
  },
};

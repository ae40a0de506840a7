import { type Check, error, mend } from "../check.ts";
import { defaultContextLength, residentSet } from "../model-memory.ts";
import { gib, inferenceOf } from "./inference.ts";
import type { MacminisModel } from "./model.ts";

const key = "services.ollama.contextLength";

/** From here on, in MiB, Ollama would choose a context whose cache is larger than most models. */
const large = 48 * 1024;

/** The context is pinned where memory is large, and its cache fits what the GPU may wire. */
export const contextLength: Check<MacminisModel> = {
  id: "MM-04",
  waivable: true,
  findings(model) {
    const found = inferenceOf(model);
    if (!found) return [];
    const { name, host, models, serving, gpuMiB, limitMiB } = found;
    const { residents, totalMiB } = residentSet(models, serving, gpuMiB);
    const caches = residents.reduce((sum, { kvCacheMiB }) => sum + kvCacheMiB, 0);
    const unpinned = serving.contextLength === undefined && host.memoryMiB >= large;
    return [
      ...(unpinned
        ? [
            error(
              `the context is not pinned: Ollama on ${name} would choose ${defaultContextLength(gpuMiB)} tokens, ${gib(caches)} of cache; ${mend(key, 8192)}`,
            ),
          ]
        : []),
      ...(limitMiB !== undefined && totalMiB > limitMiB
        ? [
            error(
              `resident models need ${gib(totalMiB)} (${gib(caches)} of it cache), and the GPU of ${name} may wire ${gib(limitMiB)}: lower groundwork:${key} or groundwork:services.ollama.parallel, or keep fewer models resident`,
            ),
          ]
        : []),
    ];
  },
};

import { type Check, error, mend, warning } from "../check.ts";
import { defaultContextLength, residentSet } from "../model-memory.ts";
import { gib, inferenceOf } from "./inference.ts";
import type { MacminisModel } from "./model.ts";

const key = "services.ollama.contextLength";

/** From here on, in MiB, Ollama would choose a context whose cache is larger than most models. */
const large = 48 * 1024;

/** Where nobody knows what GPU there is. */
const byGpu =
  "takes 4096 tokens where its GPU has less than 24 GiB, 32768 below 48 GiB, else 262144, and MM-02 counts the cache of 4096";

/** The context is pinned where memory is large, and the cache of every model is counted and fits what the GPU may wire. */
export const contextLength: Check<MacminisModel> = {
  id: "MM-04",
  waivable: true,
  findings(model) {
    const found = inferenceOf(model);
    if (!found) return [];
    const { name, host, models, serving, gpuMiB, limitMiB, rerankMiB } = found;
    const { residents, totalMiB } = residentSet(models, serving, gpuMiB);
    const needed = totalMiB + rerankMiB;
    const caches = residents.reduce((sum, { kvCacheMiB }) => sum + kvCacheMiB, 0);
    const unpinned = serving.contextLength === undefined && host.memoryMiB >= large;
    const chosen = gpuMiB > 0 ? `would choose ${defaultContextLength(gpuMiB)} tokens, ${gib(caches)} of cache` : byGpu;
    return [
      ...(unpinned ? [error(`the context is not pinned: Ollama on ${name} ${chosen}; ${mend(key, 8192)}`)] : []),
      ...uncounted(model),
      ...(limitMiB !== undefined && needed > limitMiB
        ? [
            error(
              `resident models and the rerank server need ${gib(needed)} (${gib(caches)} of it cache), and the GPU of ${name} may wire ${gib(limitMiB)}: lower groundwork:${key} or groundwork:services.ollama.parallel, or keep fewer models resident`,
            ),
          ]
        : []),
    ];
  },
};

/** Models that generate have a cache; where its shape is not given it counts as nothing. */
const uncounted = ({ declared: { services } }: MacminisModel) =>
  Object.entries(services.ollama.models)
    .filter(([, { use, runtime, kvCache }]) => use === "generation" && runtime === "ollama" && !kvCache)
    .map(([name, { model }]) =>
      warning(
        `the cache of ${model} is not counted: give services.ollama.models.${name}.kvCache {layers, kvHeads, headDim}, which \`ollama show\` and the model's card tell`,
      ),
    );

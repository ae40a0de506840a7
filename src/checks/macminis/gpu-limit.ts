import { type Check, error, mend, warning } from "../check.ts";
import { residentSet } from "../model-memory.ts";
import { gib, inferenceOf } from "./inference.ts";
import type { MacminisModel } from "./model.ts";

const key = "services.ollama.gpuWiredLimitMiB";

/** macOS needs this much beside the GPU's, in MiB. */
const leastForSystem = 6 * 1024;

/** The GPU may wire what the resident models need, and leaves the system enough. */
export const gpuLimit: Check<MacminisModel> = {
  id: "MM-03",
  waivable: true,
  findings(model) {
    const found = inferenceOf(model);
    if (found?.host.platform !== "darwin") return [];
    const { name, host, models, serving, gpuMiB, limitMiB, rerankMiB } = found;
    const most = host.memoryMiB - leastForSystem;
    if (limitMiB !== undefined) {
      if (limitMiB <= most) return [];
      return [
        error(
          `the GPU of ${name} may wire ${limitMiB} of ${host.memoryMiB} MiB, which leaves the system less than 6 GiB: ${mend(key, most)}`,
        ),
      ];
    }
    const totalMiB = residentSet(models, serving, gpuMiB).totalMiB + rerankMiB;
    if (totalMiB <= gpuMiB) return [];
    return [
      warning(
        `resident models, their caches and the rerank server need ${gib(totalMiB)}, and macOS lets the GPU of ${name} wire ${gib(gpuMiB)}: ${mend(key, Math.min(most, host.memoryMiB - 8192))}`,
      ),
    ];
  },
};

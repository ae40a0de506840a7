import { type Check, error, mend, note, warning } from "../check.ts";
import { onDemand, residentSet } from "../model-memory.ts";
import { type Inference, inferenceOf } from "./inference.ts";
import type { MacminisModel } from "./model.ts";

/** Services, models that are kept in memory with their caches, and what the system keeps, fit the memory of a host. */
export const memory: Check<MacminisModel> = {
  id: "MM-02",
  waivable: true,
  findings: (model) => [...tooSmall(model), ...tooMany(model), ...askedFor(model)],
};

function tooSmall(model: MacminisModel) {
  const models = residentsOf(model);
  return Object.entries(model.hosts).flatMap(([name, { memoryMiB, reservedMiB }]) => {
    const parts = [...model.services, ...models].filter(({ host, memoryMiB }) => host === name && memoryMiB > 0);
    const needed = parts.reduce((sum, part) => sum + part.memoryMiB, reservedMiB);
    if (needed <= memoryMiB) return [];
    const sum = [...parts.map((part) => `${part.name} ${part.memoryMiB}`), `system ${reservedMiB}`].join(" + ");
    const advice = parts.some((part) => models.some((one) => one === part))
      ? "keep fewer models resident: onDemand, or lower a memoryMiB"
      : "lower a memoryMiB of groundwork:services, or move a service to another host";
    return [error(`${name} has ${memoryMiB} MiB and needs ${needed} (${sum}); ${advice}`)];
  });
}

/** Residents beyond what Ollama keeps loaded would push one another out. */
function tooMany(model: MacminisModel) {
  const found = inferenceOf(model);
  if (!found) return [];
  const { name, models, serving } = found;
  const residents = models.filter(({ resident }) => resident === "always").length;
  if (residents <= serving.maxLoadedModels) return [];
  return [
    error(
      `${residents} models should stay loaded on ${name}, but Ollama keeps ${serving.maxLoadedModels}: they would evict one another; ${mend("services.ollama.maxLoadedModels", residents)}`,
    ),
  ];
}

/** What is loaded when asked for, and what that does to the residents. */
function askedFor(model: MacminisModel) {
  const found = inferenceOf(model);
  if (!found) return [];
  const { name, models, serving, gpuMiB } = found;
  const residents = models.filter(({ resident }) => resident === "always").map((one) => one.name);
  return onDemand(models, serving, gpuMiB, roomFor(found, model)).map(({ model, freeMiB, fits }) => {
    const asked = `${model.name} (${model.totalMiB} MiB)`;
    if (fits === "beside") return note(`loaded on demand only: ${asked}`);
    if (fits === "never")
      return warning(`${asked} does not fit ${name} even alone: it would run partly on the processor, or not at all`);
    const why = model.totalMiB > freeMiB ? `${freeMiB} MiB are free` : `it keeps ${serving.maxLoadedModels} models`;
    return warning(
      `${asked} does not fit beside ${residents.join(" and ")} on ${name} (${why}): a request for it first unloads those that are idle, and the next request for them loads them again`,
    );
  });
}

/** What all models together may take: of the memory beside services and system, and of that what the GPU may wire. */
function roomFor({ name, host, gpuMiB, rerankMiB }: Inference, { services }: MacminisModel): number {
  const others = services.filter((one) => one.host === name).reduce((sum, { memoryMiB }) => sum + memoryMiB, 0);
  const memory = host.memoryMiB - host.reservedMiB - others;
  return gpuMiB > 0 ? Math.min(memory, gpuMiB - rerankMiB) : memory;
}

/** Models that stay in memory, as parts of a host's sum. */
function residentsOf(model: MacminisModel) {
  const found = inferenceOf(model);
  if (!found) return [];
  const { residents } = residentSet(found.models, found.serving, found.gpuMiB);
  return residents.map(({ name, totalMiB }) => ({ name, host: found.name, memoryMiB: totalMiB }));
}

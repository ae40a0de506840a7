import { type Check, error, note } from "../check.ts";
import { memoryOf } from "../model-memory.ts";
import { inferenceOf } from "./inference.ts";
import type { MacminisModel } from "./model.ts";

/** Services, models that are kept in memory with their caches, and what the system keeps, fit the memory of a host. */
export const memory: Check<MacminisModel> = {
  id: "MM-02",
  waivable: true,
  findings: (model) => [...tooSmall(model), ...onDemand(model)],
};

function tooSmall(model: MacminisModel) {
  const models = modelsOf(model, "always");
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

function onDemand(model: MacminisModel) {
  const names = modelsOf(model, "onDemand").map(({ name, memoryMiB }) => `${name} (${memoryMiB} MiB)`);
  return names.length > 0 ? [note(`loaded only when asked for: ${names.join(", ")}`)] : [];
}

function modelsOf(model: MacminisModel, resident: "always" | "onDemand") {
  const found = inferenceOf(model);
  if (!found) return [];
  return found.models
    .filter((one) => one.resident === resident)
    .map((one) => ({
      name: one.name,
      host: found.name,
      memoryMiB: memoryOf(one, found.serving, found.gpuMiB).totalMiB,
    }));
}

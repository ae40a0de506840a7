// What models do to the memory of their server.
import { setTimeout } from "node:timers/promises";

import type { ollamaModelSchema } from "../../schemas/ollama-model.ts";
import type { Desired } from "../../schemas/resource-schema.ts";
import type { Host } from "../host.ts";
import { everything, keepLoaded, loadedModels, unload } from "../platforms/posix/ollama.ts";
import type { Finding } from "../resource.ts";
import { tellServer, toldAnew } from "./ollama-access.ts";

type Model = Desired<typeof ollamaModelSchema>;

/** What no two resources declare. */
export const held = ({ model, server }: Model): string => `model ${model} of ${String(server)}`;

/** Milliseconds that a model may take to answer what it was asked before it leaves the memory, and between two looks. */
const leaving = { atMost: 60_000, every: 100 };

/**
 * Loads a model and keeps it. The one whose place it takes leaves the memory first: both may not fit, and Ollama might make
 * room by another one that is to stay.
 */
export async function load(host: Host, desired: Model, predecessor: Model | undefined): Promise<void> {
  const { server, model } = desired;
  // Deleted first (`deleteBeforeReplace`) nothing would answer as long as the pull takes, and not only as long as the load.
  if (predecessor && leaves(host, predecessor, desired)) await free(host, predecessor);
  host.progress(`loading ${model}`);
  await tellServer(host, server, keepLoaded(server, model), `load ${model}`);
}

/** Whether it is of the same server, and nobody else's by now. */
const leaves = (host: Host, predecessor: Model, desired: Model): boolean =>
  predecessor.host === desired.host &&
  predecessor.server === desired.server &&
  predecessor.model !== desired.model &&
  !host.isHeld(held(predecessor));

/** Has a model leave the memory, and waits until it did. */
async function free(host: Host, { server, model }: Model): Promise<void> {
  const isLoaded = async () => (await toldAnew(host, loadedModels(server))).models.some(({ name }) => name === model);
  if (!(await isLoaded())) return;
  await tellServer(host, server, unload(server, model), `unload ${model}`);
  const end = Date.now() + leaving.atMost;
  while (Date.now() < end && (await isLoaded())) await setTimeout(leaving.every);
}

/** What is to be known of a model that is to stay in memory: that the GPU of its host has not all of it. */
export async function gpuFindings(host: Host, { server, model, resident }: Model): Promise<Finding[]> {
  const told = await host.read(loadedModels(server), everything);
  if (resident !== "always" || "unavailable" in told) return [];
  const { size, size_vram } = told.contents.models.find(({ name }) => name === model) ?? { size: 0, size_vram: 0 };
  if (size_vram >= size || (size_vram === 0 && !(await hasGpu(host)))) return [];
  const percent = Math.floor((size_vram / size) * 100);
  const shares = `${model} is ${percent} % on the GPU and ${100 - percent} % on the processor, which makes its answers many times slower`;
  const mend =
    "give the GPU more memory (on macOS iogpu.wired_limit_mb), or have the model need less: a smaller context, fewer requests at a time, fewer models beside it";
  return [{ severity: "warning", property: "resident", said: `MM-03 ${shares}: ${mend}` }];
}

/** Where Ollama uses none, there may be none; but each chip of Apple's has one. */
async function hasGpu(host: Host): Promise<boolean> {
  if (host.platform.name !== "darwin") return false;
  return (await host.read(host.platform.machine, "/")).chip?.startsWith("Apple") === true;
}

// What language models need of the machine that runs them: arithmetic only, the rules are elsewhere.

/** How a server keeps models in memory. */
export interface Serving {
  /** Tokens; `undefined`: Ollama chooses by the memory of the GPU. */
  readonly contextLength?: number | undefined;
  /** Requests at a time; each has a cache of its own. */
  readonly parallel: number;
  readonly kvCacheType: KvCacheType;
}

export type KvCacheType = "f16" | "q8_0" | "q4_0";

export interface LanguageModel {
  readonly name: string;
  /** Weights. */
  readonly memoryMiB: number;
  /** Files. */
  readonly diskMiB: number;
  readonly resident: "always" | "onDemand";
  /** `undefined`: no cache that grows with the context (embedding models). */
  readonly kvCache?: KvCacheShape | undefined;
}

export interface KvCacheShape {
  readonly layers: number;
  readonly kvHeads: number;
  readonly headDim: number;
}

export interface ModelMemory {
  readonly name: string;
  readonly weightsMiB: number;
  readonly kvCacheMiB: number;
  readonly totalMiB: number;
}

/** Bytes of one cached number, as Ollama's FAQ counts: q8_0 half of f16, q4_0 a quarter. */
const bytes: Readonly<Record<KvCacheType, number>> = { f16: 2, q8_0: 1, q4_0: 0.5 };

const MiB = 1024 ** 2;
const GiB = 1024; // in MiB

/** Keys and values of all layers: Llama 3.3 70B in f16 has 80 x 8 x 128 x 2 x 2 = 327680. */
export const kvBytesPerToken = ({ layers, kvHeads, headDim }: KvCacheShape, type: KvCacheType): number =>
  layers * kvHeads * headDim * 2 * bytes[type];

/** Cache of one model at full context, for all requests that it serves at a time. */
export function kvCacheMiB(shape: KvCacheShape | undefined, serving: Serving, gpuMiB: number): number {
  if (!shape) return 0;
  const tokens = (serving.contextLength ?? defaultContextLength(gpuMiB)) * serving.parallel;
  return Math.ceil((kvBytesPerToken(shape, serving.kvCacheType) * tokens) / MiB);
}

/** What Ollama takes where no context is pinned: 4k below 24 GiB of GPU memory, 32k below 48 GiB, else 256k. */
export const defaultContextLength = (gpuMiB: number): number =>
  gpuMiB < 24 * GiB ? 4096 : gpuMiB < 48 * GiB ? 32_768 : 262_144;

/** What macOS lets the GPU wire where `iogpu.wired_limit_mb` is not set: three quarters above 36 GiB, else two thirds. */
export const defaultWiredLimitMiB = (memoryMiB: number): number =>
  Math.floor(memoryMiB * (memoryMiB > 36 * GiB ? 3 / 4 : 2 / 3));

/** Weights and cache of one model. @param gpuMiB what the GPU may use */
function memoryOf(model: LanguageModel, serving: Serving, gpuMiB: number): ModelMemory {
  const cache = kvCacheMiB(model.kvCache, serving, gpuMiB);
  return {
    name: model.name,
    weightsMiB: model.memoryMiB,
    kvCacheMiB: cache,
    totalMiB: model.memoryMiB + cache,
  };
}

/** The models that are always loaded, and what they need together. */
export function residentSet(models: readonly LanguageModel[], serving: Serving, gpuMiB: number) {
  const residents = models
    .filter(({ resident }) => resident === "always")
    .map((model) => memoryOf(model, serving, gpuMiB));
  return { residents, totalMiB: sum(residents.map(({ totalMiB }) => totalMiB)) };
}

/** A model that is loaded when it is asked for, and what happens then. */
export interface OnDemand {
  readonly model: ModelMemory;
  /** Free beside the residents. */
  readonly freeMiB: number;
  /** `evicts`: Ollama unloads residents one after the other until it fits. `never`: it does not fit even alone. */
  readonly fits: "beside" | "evicts" | "never";
}

/** On-demand models beside the residents. @param roomMiB what all models together may take */
export function onDemand(
  models: readonly LanguageModel[],
  serving: Serving & { readonly maxLoadedModels: number },
  gpuMiB: number,
  roomMiB: number,
): OnDemand[] {
  const { residents, totalMiB } = residentSet(models, serving, gpuMiB);
  const freeMiB = Math.max(0, roomMiB - totalMiB);
  const fits = (model: ModelMemory) => {
    if (model.totalMiB > roomMiB) return "never";
    return model.totalMiB > freeMiB || residents.length >= serving.maxLoadedModels ? "evicts" : "beside";
  };
  return models
    .filter(({ resident }) => resident === "onDemand")
    .map((model) => memoryOf(model, serving, gpuMiB))
    .map((model) => ({ model, freeMiB, fits: fits(model) }));
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);

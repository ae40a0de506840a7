import type { Host } from "../model.ts";
import { defaultWiredLimitMiB, type LanguageModel, type Serving } from "../model-memory.ts";
import type { MacminisModel } from "./model.ts";

/** What Ollama is to hold, and the machine that holds it. */
export interface Inference {
  readonly name: string;
  readonly host: Host;
  readonly models: readonly LanguageModel[];
  readonly serving: Serving & { readonly maxLoadedModels: number };
  /** What the GPU may use, set or as macOS has it; 0 where there is none that is known. */
  readonly gpuMiB: number;
  /** `undefined` where it is left to macOS. */
  readonly limitMiB: number | undefined;
  /** What the rerank server takes of the same GPU. */
  readonly rerankMiB: number;
}

/** `undefined` where the host does not exist, which GW-01 tells. */
export function inferenceOf({ hosts, declared }: MacminisModel): Inference | undefined {
  const { ollama, reranker } = declared.services;
  const host = Object.hasOwn(hosts, ollama.host) ? hosts[ollama.host] : undefined;
  if (!host) return undefined;
  const limitMiB = host.platform === "darwin" ? ollama.gpuWiredLimitMiB : undefined;
  return {
    name: ollama.host,
    host,
    models: Object.values(ollama.models)
      .filter(({ runtime }) => runtime === "ollama")
      .map(({ model, ...shape }) => ({ name: model, ...shape })),
    serving: ollama,
    gpuMiB: host.platform === "darwin" ? (limitMiB ?? defaultWiredLimitMiB(host.memoryMiB)) : 0,
    limitMiB,
    rerankMiB: host.platform === "darwin" && reranker?.host === ollama.host ? reranker.memoryMiB : 0,
  };
}

/** Such as `42.5 GiB`. */
export const gib = (mib: number): string => `${Number((mib / 1024).toFixed(1))} GiB`;

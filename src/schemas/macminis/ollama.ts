import { z } from "zod";

import { artefact } from "../artefact.ts";
import { memoryMiB, section } from "../stack.ts";
import { listens, service } from "./service.ts";

const model = z.strictObject({
  /** As `ollama pull` takes it: name:tag. */
  model: z.string().min(1),
  use: z.enum(["generation", "embedding", "rerank"]),
  runtime: z.enum(["ollama", "infinity"]).default("ollama"),
  /** `always`: kept in memory. `onDemand`: loaded when asked for. */
  resident: z.enum(["always", "onDemand"]).default("onDemand"),
  /** Weights in memory. */
  memoryMiB,
  /** File on disk. */
  diskMiB: memoryMiB,
  /** What a token of context costs: layers x KV heads x head dimension x 2 x bytes (MM-04). */
  kvCache: z
    .strictObject({ layers: z.int().positive(), kvHeads: z.int().positive(), headDim: z.int().positive() })
    .optional(),
  digest: z.string().optional(),
});

export const ollama = section({
  ...service({ port: 11434, memoryMiB: 512 }),
  listens: listens.default("lan"),
  /** Where the platform has no package: an archive with the program. */
  artefact: artefact.optional(),
  /** OLLAMA_CONTEXT_LENGTH, in tokens. No default: MM-04 wants it pinned where memory is large. */
  contextLength: z.int().min(256).optional(),
  /** OLLAMA_NUM_PARALLEL. */
  parallel: z.int().min(1).default(1),
  /** OLLAMA_MAX_LOADED_MODELS. */
  maxLoadedModels: z.int().min(1).default(2),
  /** OLLAMA_FLASH_ATTENTION. */
  flashAttention: z.boolean().default(true),
  /** OLLAMA_KV_CACHE_TYPE. */
  kvCacheType: z.enum(["f16", "q8_0", "q4_0"]).default("q8_0"),
  /** sysctl iogpu.wired_limit_mb, darwin only (MM-03). */
  gpuWiredLimitMiB: memoryMiB.optional(),
  /** Length of the embedding model's vectors. */
  dimension: z.int().positive().default(768),
  /** By a name of your own. */
  models: z.record(z.string(), model).default({}),
});

/** Off where it is left out. */
export const reranker = z
  .strictObject({
    ...service({ port: 7997, memoryMiB: 1024 }),
    listens: listens.default("lan"),
    runtime: z.enum(["infinity", "ollama"]).default("infinity"),
    model: z.string().default("mixedbread-ai/mxbai-rerank-base-v1"),
    version: z.string().default("0.0.77"),
  })
  .optional();

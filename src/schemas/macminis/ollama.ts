import { z } from "zod";

import { artefact } from "../artefact.ts";
import { modelDigest, modelName } from "../ollama.ts";
import { memoryMiB, section } from "../stack.ts";
import { listens, service } from "./service.ts";

const model = z.strictObject({
  model: modelName.describe(
    "as `ollama pull` takes it: name:tag, with registry and namespace where that is not Ollama's own",
  ),
  use: z.enum(["generation", "embedding", "rerank"]).describe("what it is for"),
  runtime: z.enum(["ollama", "infinity"]).default("ollama").describe("server that runs it"),
  resident: z
    .enum(["always", "onDemand"])
    .default("onDemand")
    .describe("`always`: kept in memory; `onDemand`: loaded when asked for"),
  memoryMiB: memoryMiB.describe("its weights in memory"),
  diskMiB: memoryMiB.describe("its file on disk"),
  kvCache: z
    .strictObject({
      layers: z.int().positive().describe("layers of the model"),
      kvHeads: z.int().positive().describe("heads of keys and values in a layer"),
      headDim: z.int().positive().describe("dimension of a head"),
    })
    .optional()
    .describe("what a token of context costs: layers x KV heads x head dimension x 2 x bytes (MM-04)"),
  digest: modelDigest
    .optional()
    .describe("what the tag must name (MM-06), by 12 digits at least; left out: whatever it names at the pull"),
  pull: z
    .boolean()
    .default(true)
    .describe("`false`: somebody else puts it there, and nobody looks whether it is (MM-06 warns)"),
  pulls: z.int().min(1).default(1).describe("a higher number pulls again what the tag then names"),
  insecure: z.boolean().default(false).describe("its registry speaks http: one of your own network"),
});

export const ollama = section({
  ...service({ port: 11434, memoryMiB: 512 }),
  listens: listens.default("lan"),
  artefact: artefact.optional().describe("an archive with the program, where the platform has no package"),
  // No default: MM-04 wants it pinned where memory is large.
  contextLength: z.int().min(256).optional().describe("OLLAMA_CONTEXT_LENGTH: tokens of context"),
  parallel: z.int().min(1).default(1).describe("OLLAMA_NUM_PARALLEL: requests that a model answers at a time"),
  maxLoadedModels: z.int().min(1).default(2).describe("OLLAMA_MAX_LOADED_MODELS: models in memory at a time"),
  keepAlive: z
    .string()
    .regex(/^(-1|\d+(s|m|h))$/, 'must be "-1" (for ever) or a time such as 5m')
    .default("-1")
    .describe("OLLAMA_KEEP_ALIVE: how long a model that a client loads stays in memory; residents stay whatever it is"),
  flashAttention: z.boolean().default(true).describe("OLLAMA_FLASH_ATTENTION: context takes less memory"),
  kvCacheType: z
    .enum(["f16", "q8_0", "q4_0"])
    .default("q8_0")
    .describe("OLLAMA_KV_CACHE_TYPE: precision of the keys and values of context"),
  gpuWiredLimitMiB: memoryMiB
    .optional()
    .describe("sysctl iogpu.wired_limit_mb: memory that the GPU may take, darwin only (MM-03)"),
  dimension: z.int().positive().default(768).describe("length of the embedding model's vectors"),
  otherModels: z
    .enum(["report", "remove"])
    .default("report")
    .describe("what becomes of models that lie on the server and are not declared"),
  models: z.record(z.string(), model).default({}).describe("the models, by names of your own"),
}).describe("Ollama, which runs the models");

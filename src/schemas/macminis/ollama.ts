import { z } from "zod";

import { artefact } from "../artefact.ts";
import { modelName } from "../ollama.ts";
import { memoryMiB, section } from "../stack.ts";
import { listens, service } from "./service.ts";

const model = z.strictObject({
  /** As `ollama pull` takes it: name:tag, with registry and namespace where that is not Ollama's own. */
  model: modelName,
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
  /** What the tag must name (MM-06): as `ollama list` shows it, 12 digits or more. @default whatever it names at the pull */
  digest: z
    .string()
    .regex(/^[0-9a-f]{12,64}$/, "must be 12 to 64 lower-case hexadecimal digits")
    .optional(),
  /** `false`: somebody else puts it there, and nobody looks whether it is (MM-06 warns). */
  pull: z.boolean().default(true),
  /** A higher number pulls again what the tag then names. */
  pulls: z.int().min(1).default(1),
  /** Its registry speaks http: one of your own network. */
  insecure: z.boolean().default(false),
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
  /** OLLAMA_KEEP_ALIVE, for models that a client loads; residents stay whatever it is. */
  keepAlive: z
    .string()
    .regex(/^(-1|\d+(s|m|h))$/, 'must be "-1" (for ever) or a time such as 5m')
    .default("-1"),
  /** OLLAMA_FLASH_ATTENTION. */
  flashAttention: z.boolean().default(true),
  /** OLLAMA_KV_CACHE_TYPE. */
  kvCacheType: z.enum(["f16", "q8_0", "q4_0"]).default("q8_0"),
  /** sysctl iogpu.wired_limit_mb, darwin only (MM-03). */
  gpuWiredLimitMiB: memoryMiB.optional(),
  /** Length of the embedding model's vectors. */
  dimension: z.int().positive().default(768),
  /** What becomes of models that lie on the server and are not declared. */
  otherModels: z.enum(["report", "remove"]).default("report"),
  /** By a name of your own. */
  models: z.record(z.string(), model).default({}),
});

export type OllamaSettings = z.output<typeof ollama>;

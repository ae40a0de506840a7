import { z } from "zod";

import { listens, service } from "./service.ts";

/** Off where it is left out. */
export const reranker = z
  .strictObject({
    ...service({ port: 7997, memoryMiB: 1024 }),
    listens: listens.default("lan"),
    runtime: z.enum(["infinity", "ollama"]).default("infinity"),
    /** As Hugging Face names it. */
    model: z
      .string()
      .regex(/^[\w.-]+\/[\w.-]+$/, "must be owner/name")
      .default("mixedbread-ai/mxbai-rerank-base-v1"),
    /** Version of infinity_emb. */
    version: z
      .string()
      .regex(/^\d+(\.\d+)+$/, "must be a version, such as 0.0.77")
      .default("0.0.77"),
  })
  .optional();

export type RerankerSettings = NonNullable<z.output<typeof reranker>>;

import { z } from "zod";

import { listens, service } from "./service.ts";

export const reranker = z
  .strictObject({
    ...service({ port: 7997, memoryMiB: 1024 }),
    listens: listens.default("lan"),
    runtime: z.enum(["infinity", "ollama"]).default("infinity").describe("server that runs the model"),
    model: z
      .string()
      .regex(/^[\w.-]+\/[\w.-]+$/, "must be owner/name")
      .default("mixedbread-ai/mxbai-rerank-base-v1")
      .describe("model as Hugging Face names it"),
    revision: z
      .string()
      .regex(/^[0-9a-f]{40}$/, "must be a commit, 40 hexadecimal digits")
      .optional()
      .describe(
        "commit of the model; left out: the newest there is when it is downloaded, and nobody checks what that is",
      ),
    version: z
      .string()
      .regex(/^\d+(\.\d+)+$/, "must be a version, such as 0.0.77")
      .default("0.0.77")
      .describe("version of infinity_emb; of another than the default no digests are known, and pip checks none"),
  })
  .optional()
  .describe("what orders the texts that are found; off where it is left out");

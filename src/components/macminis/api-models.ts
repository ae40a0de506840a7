import type { ApiModels } from "./api.ts";

interface Declared {
  readonly models: Readonly<Record<string, { model: string; use: string; resident: string }>>;
  readonly dimension: number;
}

/** What the target's documents name. */
const usual = { generation: "llama3.3:70b-instruct-q4_K_M", embedding: "nomic-embed-text" };

/** Which of the declared models the API asks: the resident one generates, one on demand stands in for it. */
export function apiModels({ models, dimension }: Declared, prefixes: ApiModels["prefixes"]): ApiModels {
  const all = Object.values(models);
  const generating = all.filter(({ use }) => use === "generation");
  const first = generating.find(({ resident }) => resident === "always") ?? generating[0];
  const embedding = all.find(({ use }) => use === "embedding");
  return {
    generation: first?.model ?? usual.generation,
    fallback: generating.find((other) => other !== first)?.model,
    embedding: embedding?.model ?? usual.embedding,
    dimension,
    prefixes,
  };
}

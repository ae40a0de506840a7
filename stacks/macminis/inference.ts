import { Ollama } from "../../src/components/macminis/ollama.ts";
import { Reranker } from "../../src/components/macminis/reranker.ts";
import type { Context } from "./context.ts";
import { off } from "./off.ts";
import { template } from "./template.ts";

/** Language models and the rerank server. */
export function inference({ config: { services }, opts, at, password }: Context) {
  const ollama = new Ollama("ollama", { ...services.ollama, endpoint: at("ollama") }, opts);
  const reranker =
    services.reranker &&
    new Reranker(
      "reranker",
      {
        ...services.reranker,
        endpoint: at("reranker"),
        requirements: template("reranker/requirements.txt"),
        apiKey: password("infinityApiKey"),
      },
      opts,
    );
  return {
    ollama,
    reranker,
    endpoints: { ollama: ollama.url, reranker: reranker?.url ?? off("reranker", undefined) },
    undeclaredModels: ollama.undeclared,
  };
}

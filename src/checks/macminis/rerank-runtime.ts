import { type Check, error, mend } from "../check.ts";
import type { MacminisModel } from "./model.ts";

/** Ollama cannot rerank: a server of its own does. */
export const rerankRuntime: Check<MacminisModel> = {
  id: "MM-05",
  waivable: false,
  findings: ({ declared: { services } }) => [
    ...(services.reranker?.runtime === "ollama"
      ? [
          error(
            `reranker has runtime ollama, which has no rerank endpoint; use runtime infinity: ${mend("services.reranker.runtime", "infinity")}`,
          ),
        ]
      : []),
    ...Object.entries(services.ollama.models)
      .filter(([, { use, runtime }]) => use === "rerank" && runtime === "ollama")
      .map(([name, { model }]) =>
        error(
          `reranker has runtime ollama, whose library has no ${model}; use runtime infinity: ${mend(["services", "ollama", "models", name, "runtime"], "infinity")}`,
        ),
      ),
    ...(services.reranker
      ? []
      : Object.values(services.ollama.models)
          .filter(({ use }) => use === "rerank")
          .map(({ model }) =>
            error(
              `nothing runs ${model}: without a rerank server the API reranks nothing; declare it: ${mend("services.reranker.host", services.ollama.host)}`,
            ),
          )),
  ],
};

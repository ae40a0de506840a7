import { type Check, mend, warning } from "../check.ts";
import type { MacminisModel } from "./model.ts";

const needed = { document: "search_document: ", query: "search_query: " };

/** nomic-embed-text is told what a text is for. */
export const embeddingPrefixes: Check<MacminisModel> = {
  id: "MM-08",
  waivable: true,
  findings({ declared: { services } }) {
    const nomic = Object.values(services.ollama.models).find(
      ({ use, model }) => use === "embedding" && /(^|\/)nomic-embed-text(:|$)/.test(model),
    );
    const { embedPrefixes } = services.api;
    if (!nomic || (embedPrefixes?.document === needed.document && embedPrefixes.query === needed.query)) return [];
    const [document, query] = (["document", "query"] as const).map((name) =>
      mend(`services.api.embedPrefixes.${name}`, `'${needed[name]}'`),
    );
    return [warning(`${nomic.model} ranks worse without its task prefixes: ${document} && ${query}`)];
  },
};

import { type Check, note } from "../check.ts";
import type { MacminisModel } from "./model.ts";

/** What a program of the user's own must know of Ollama. */
export const embedEndpoint: Check<MacminisModel> = {
  id: "MM-09",
  waivable: true,
  findings: ({ declared: { services } }) =>
    services.api.artefact
      ? [
          note(
            "tests ask Ollama at /api/embed with `input`; a program that still asks /api/embeddings with `prompt` uses the old endpoint",
          ),
        ]
      : [],
};

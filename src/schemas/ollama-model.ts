import { z } from "zod";

import { modelDigest, modelName, ollamaServer } from "./ollama.ts";
import { absolutePath } from "./path.ts";
import { resourceSchema } from "./resource-schema.ts";

export const ollamaModelSchema = resourceSchema({
  type: "groundwork:ollama:Model",
  kind: "ollama-model",
  description:
    "A model that an Ollama server has, pulled from its registry. A delete frees its memory and its files; the files of one that was there before stay.",
  inputs: z.strictObject({
    ...ollamaServer,
    model: modelName.describe(
      "As `ollama pull` takes it: name:tag, with host and namespace of another registry before it.",
    ),
    digest: modelDigest
      .optional()
      .describe(
        "What the tag must name: the digest, or its first 12 digits at least. Left out: whatever it named when it was pulled.",
      ),
    pulls: z
      .int()
      .min(1)
      .default(1)
      .describe("A higher number pulls again: tags move in their registry, and nothing else looks there."),
    insecure: z
      .boolean()
      .default(false)
      .describe("Pull without TLS: for a registry of your own network that speaks http."),
    resident: z
      .enum(["always", "onDemand"])
      .default("onDemand")
      .describe("`always`: loaded, and kept in memory. `onDemand`: loaded when asked for, which is nobody's drift."),
    diskMiB: z
      .number()
      .positive()
      .optional()
      .describe(
        "Size of its files, in MiB. A preview warns where less than what all that are to be pulled take is free in `modelsFolder`; a pull that does not fit is not begun.",
      ),
    modelsFolder: absolutePath
      .optional()
      .describe(
        "Folder of the server's models, its OLLAMA_MODELS. Left out: nobody asks whether a pull fits the disk.",
      ),
    dimension: z
      .int()
      .positive()
      .optional()
      .describe("Length of the vectors it embeds texts as. Each read makes a real embedding to see it."),
    triggers: z
      .record(z.string(), z.string())
      .optional()
      .describe("A change of any value says that the server was started anew: what must be resident is loaded again."),
  }),
  outputs: z.object({
    currentDigest: z.string().describe("SHA-256 of its manifest, hexadecimal: names its weights and parameters."),
    sizeBytes: z.int().describe("Size of its files."),
  }),
  replaceOn: ["host", "model"],
  intent: ["server", "pulls", "insecure", "diskMiB", "modelsFolder", "triggers"],
});

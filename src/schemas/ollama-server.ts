import { z } from "zod";

import { modelName, ollamaServer } from "./ollama.ts";
import { resourceSchema } from "./resource-schema.ts";

export const ollamaServerSchema = resourceSchema({
  type: "groundwork:ollama:Server",
  kind: "ollama-server",
  description: "What an Ollama server has besides the declared models: told, or removed. A delete leaves all as it is.",
  inputs: z.strictObject({
    ...ollamaServer,
    models: z
      .array(modelName)
      .overwrite((names) => [...new Set(names)].sort())
      .describe("The models that are declared; each is a Model of its own."),
    others: z
      .enum(["report", "remove"])
      .default("report")
      .describe("What becomes of other models: `report` tells them, `remove` frees their memory and their files."),
  }),
  outputs: z.object({
    version: z.string().describe("Version of the server."),
    undeclared: z.array(z.string()).describe("Models that lie there and are not declared."),
  }),
  replaceOn: ["host", "server"],
  intent: ["others"],
});

import { ollamaServerSchema } from "../../schemas/ollama-server.ts";
import type { Host } from "../host.ts";
import { removeModel, serverVersion, taggedModels, unload } from "../platforms/posix/ollama.ts";
import { defineResource } from "../resource.ts";
import { tellServer, told } from "./ollama-access.ts";

/** Knows of a server what nobody declares. */
export default defineResource(ollamaServerSchema, {
  name: ({ server }) => server,
  identify: (name) => ({ server: name }),

  async observe(host, { server, models, others }) {
    const { version } = await told(host, serverVersion(server));
    const undeclared = await undeclaredOn(host, server, models);
    if (undeclared.length > 0) host.progress(`models that are not declared: ${undeclared.join(", ")}`);
    const seen = others === "remove" ? [...(models ?? []), ...undeclared].sort() : models;
    return { server, models: seen ?? undeclared, version, undeclared };
  },

  async reconcile(host, { server, models, others }) {
    if (others !== "remove") return;
    for (const model of await undeclaredOn(host, server, models)) {
      await tellServer(host, server, unload(server, model), `unload ${model}`);
      await tellServer(host, server, removeModel(server, model), `remove ${model}`);
    }
  },

  /** Models go by their own resources. */
  async remove() {},
});

/** @param declared missing in an import, which declares nothing yet */
async function undeclaredOn(host: Host, server: string, declared: readonly string[] = []): Promise<string[]> {
  const { models } = await told(host, taggedModels(server));
  return models
    .map(({ name }) => name)
    .filter((name) => !declared.includes(name))
    .sort();
}

import { ollamaModelSchema } from "../../schemas/ollama-model.ts";
import type { Desired } from "../../schemas/resource-schema.ts";
import { HostError } from "../errors.ts";
import type { Host } from "../host.ts";
import { leftAsFound } from "../making.ts";
import { everything, loadedModels, removeModel, staysLoaded, taggedModels, unload } from "../platforms/posix/ollama.ts";
import { defineResource } from "../resource.ts";
import type { Values } from "../values.ts";
import { defaultServer, dimensionOf, tellServer, told } from "./ollama-access.ts";
import { gpuFindings, held, load } from "./ollama-memory.ts";
import { pullModel } from "./ollama-pull.ts";
import { noLongerAwaited, pullInTurn, roomFindings } from "./ollama-room.ts";

type Model = Desired<typeof ollamaModelSchema>;

/** Holds a model of an Ollama server: that it lies there, which one it is, and that it stays in memory. */
export default defineResource(ollamaModelSchema, {
  name: ({ model }) => model,
  holds: (model) => [held(model)],
  identify: (name) => ({ server: defaultServer, model: name }),
  notesOfMaking: "ollama-models",

  async observe(host, desired) {
    const { server, model } = desired;
    const [tagged, loaded] = await Promise.all([told(host, taggedModels(server)), told(host, loadedModels(server))]);
    const found = tagged.models.find(({ name }) => name === model);
    if (!found) return undefined;
    const kept = loaded.models.some(
      (one) => one.name === model && one.digest === found.digest && staysLoaded(one, Date.now()),
    );
    return {
      model,
      digest: isWanted(desired, found.digest) ? (desired.digest ?? found.digest) : found.digest,
      // What is loaded on demand may be loaded at the moment.
      resident: kept && desired.resident !== "onDemand" ? "always" : "onDemand",
      dimension: desired.dimension && (await dimensionOf(host, server, model)),
      currentDigest: found.digest,
      sizeBytes: found.size,
    };
  },

  async examine(host, desired, recorded) {
    if (!(await isToPull(host, desired, recorded))) {
      noLongerAwaited(host, desired);
      return gpuFindings(host, desired);
    }
    return roomFindings(host, desired);
  },

  async reconcile(host, desired, observed, recorded, predecessor) {
    const { server, model, resident, dimension } = desired;
    const pulled = isDue(desired, observed?.currentDigest, recorded);
    if (pulled) {
      await pullInTurn(host, desired, !observed, async () => {
        // What it replaces would stay in memory under the same name.
        if (observed) await tellServer(host, server, unload(server, model), `unload ${model}`);
        await pullModel(host, desired);
      });
      await verifyDigest(host, desired);
    }
    if (resident === "always" && (pulled || observed?.resident !== "always")) {
      await load(host, desired, predecessor);
    }
    if (resident === "onDemand" && recorded?.["resident"] === "always") {
      await tellServer(host, server, unload(server, model), `unload ${model}`);
    }
    if (dimension !== undefined) await verifyDimension(host, desired, dimension);
  },

  async remove(host, { server, model }, made) {
    const { models } = await told(host, taggedModels(server));
    if (!models.some(({ name }) => name === model)) return;
    await tellServer(host, server, unload(server, model), `unload ${model}`);
    if (!made) return leftAsFound(host, model);
    await tellServer(host, server, removeModel(server, model), `remove ${model}`);
  },

  async list(host) {
    const { models } = await told(host, taggedModels(defaultServer));
    return models.map(({ name }) => name);
  },
});

/** Whether a pull is wanted. @param digest of what is there */
const isDue = (desired: Model, digest: string | undefined, recorded: Values | undefined): boolean =>
  digest === undefined ||
  (recorded?.["pulls"] !== undefined && recorded["pulls"] !== desired.pulls) ||
  !isWanted(desired, digest);

/** Before its server is there or runs, what was declared before is taken to be there. */
async function isToPull(host: Host, desired: Model, recorded: Values | undefined): Promise<boolean> {
  const { server, model } = desired;
  const tagged = await host.read(taggedModels(server), everything);
  if ("unavailable" in tagged) return recorded?.["model"] !== model || recorded["pulls"] !== desired.pulls;
  return isDue(desired, tagged.contents.models.find(({ name }) => name === model)?.digest, recorded);
}

/** A digest may be given by its first digits. */
const isWanted = ({ digest }: Model, current: string): boolean => digest === undefined || current.startsWith(digest);

async function verifyDigest(host: Host, desired: Model): Promise<void> {
  const { models } = await told(host, taggedModels(desired.server));
  const found = models.find(({ name }) => name === desired.model);
  if (!found || isWanted(desired, found.digest)) return;
  const serves = `the registry of ${desired.model} serves ${found.digest.slice(0, 12)} under that tag now, not ${desired.digest?.slice(0, 12)}`;
  throw new HostError(
    host.name,
    `${serves}; that is pulled. Correct \`digest\` if it is meant, or name a tag that does not move`,
  );
}

async function verifyDimension(host: Host, desired: Model, dimension: number): Promise<void> {
  const found = await dimensionOf(host, desired.server, desired.model);
  if (found === dimension) return;
  const is = `${desired.model} embeds a text as ${found} numbers, not ${dimension}`;
  throw new HostError(
    host.name,
    `${is}: vectors of another model cannot be compared; name the model that made them, or embed all rows anew`,
  );
}

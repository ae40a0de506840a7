// What stands between a question and its answer, each part asked at once.
import * as cache from "./cache.mjs";
import * as chunks from "./chunks.mjs";
import { reasonOf } from "./faults.mjs";
import * as models from "./models.mjs";
import { settings } from "./settings.mjs";

/** Without it there is nothing to ask. Without models there are no answers, and without the others worse ones. */
const essential = "postgres";

export async function health() {
  const present = models.present();
  const hops = {
    postgres: chunks.count().then((count) => ({ chunks: count })),
    redis: cache.ping(),
    ollama: present,
    embedding: present.then(has(settings.embedModel)),
    generation: present.then(has(settings.model)),
    ...(settings.rerankUrl && { reranker: models.rerankerHealth() }),
  };
  const results = await Promise.allSettled(Object.values(hops));
  const told = Object.keys(hops).map((hop, index) => [hop, say(results[index])]);
  const failing = told.filter(([, { ok }]) => !ok).map(([hop]) => hop);
  const down = failing.includes(essential);
  const status = down ? "down" : failing.length > 0 ? "degraded" : "ok";
  return [down ? 503 : 200, { status, hops: Object.fromEntries(told) }];
}

const has = (model) => (present) => {
  if (present.includes(model) || present.includes(`${model}:latest`)) return { model };
  throw new Error(`Ollama has no ${model}; it has ${present.join(", ") || "none"}`);
};

function say({ status, value, reason }) {
  if (status === "rejected") return { ok: false, error: reasonOf(reason) };
  return { ok: true, ...(typeof value === "object" && !Array.isArray(value) && value) };
}

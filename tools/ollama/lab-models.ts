// The lab's models: tiny stand-ins of our own making, in the storage folder of a registry.
import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { mkdir, mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";

import { serveHere } from "../model-registry/serve.ts";
import { cacheDir } from "../toolchain/bundle.mjs";
import { step } from "../toolchain/progress.ts";
import { ollamaVersion } from "./install.ts";
import { freePort, startOllama } from "./server.ts";
import { type TinyModel, tinyModel } from "./tiny-model.ts";

/** What stands in for what. */
const labModels: readonly TinyModel[] = [
  { name: "lab/stand-in-for-llama3.3:tiny", kind: "generation", width: 64, seed: 1 },
  { name: "lab/stand-in-for-qwen2.5:tiny", kind: "generation", width: 64, seed: 2 },
  { name: "lab/stand-in-for-nomic-embed-text:tiny", kind: "embedding", width: 768, seed: 3 },
];

/** The storage folder: made once for a version of Ollama and a recipe of models. */
export function labModelsFolder(): string {
  const recipe = createHash("sha256").update(ollamaVersion()).update(JSON.stringify(labModels));
  recipe.update(readFileSync(fileURLToPath(new URL("tiny-model.ts", import.meta.url))));
  return path.join(cacheDir(), `lab-models-${recipe.digest("hex").slice(0, 8)}`);
}

/** Makes the models, and pushes them as `ollama push` does to any registry. */
export async function ensureLabModels(): Promise<void> {
  const folder = labModelsFolder();
  if (existsSync(folder)) return;
  const part = `${folder}.${process.pid}.part`;
  await mkdir(part, { recursive: true });
  try {
    await step("Making the lab's tiny models", () => pushModels(part, labModels));
    await rename(part, folder);
  } finally {
    await rm(part, { recursive: true, force: true });
  }
}

/** Adds models to the storage folder of a registry. */
export async function pushModels(folder: string, models: readonly TinyModel[]): Promise<void> {
  const home = await mkdtemp(path.join(tmpdir(), "groundwork-models-"));
  const place = `127.0.0.1:${await freePort()}`;
  const registry = await serveHere(place, folder);
  const ollama = await startOllama(home);
  try {
    for (const model of models) {
      const name = `${place}/${model.name}`;
      await writeFile(path.join(home, "tiny.gguf"), tinyModel(model));
      await writeFile(path.join(home, "Modelfile"), "FROM ./tiny.gguf\n");
      await ollama.run("create", name, "-f", "Modelfile");
      await ollama.run("push", "--insecure", name);
    }
  } finally {
    await ollama.stop();
    await registry.stop();
    await rm(home, { recursive: true, force: true });
  }
}

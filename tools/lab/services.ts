// Services of the lab that no Debian package has.
import { ensureKes, findKes } from "../kes/install.ts";
import { ensureRegistry } from "../model-registry/install.ts";
import { serveInLab } from "../model-registry/serve.ts";
import { ensureOllama, findOllama } from "../ollama/install.ts";
import { ensureLabModels, labModelsFolder } from "../ollama/lab-models.ts";
import type { Artefact } from "../toolchain/artefact.ts";
import type { Lab } from "./place.ts";

/** Gets them, once: minutes where they must be built. */
export async function ensureServices(): Promise<void> {
  await ensureKes();
  await ensureOllama();
  await ensureModels();
}

async function ensureModels(): Promise<void> {
  await ensureRegistry();
  await ensureLabModels();
}

/** Starts what the lab's hosts need besides one another. @throws Error where what takes minutes to build is not there yet */
export async function startServices(lab: Lab): Promise<void> {
  await requireArtefacts();
  await ensureModels();
  await serveInLab(lab, labModelsFolder());
}

/** Archives by service of the configuration. @throws Error that says how to get them */
export async function requireArtefacts(): Promise<Record<string, Artefact>> {
  const [ollama, kes] = await Promise.all([findOllama(), findKes()]);
  if (!ollama || !kes) throw new Error("the lab's services are not there yet: npx groundwork setup --services");
  return { ollama, kes };
}

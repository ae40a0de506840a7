// What the Ollama cases share: a server, and a registry with tiny models, both on the host's loopback.
import { ensureRegistry, registryProgram } from "../../tools/model-registry/install.ts";
import { ensureOllama } from "../../tools/ollama/install.ts";
import { ensureLabModels, labModelsFolder } from "../../tools/ollama/lab-models.ts";
import type { TestLab } from "../support/lab.ts";
import { type ServiceManager, started, withCurl } from "../support/started.ts";

export const registry = "127.0.0.1:5000";

const places = ["/opt/ollama.tar.gz", "/opt/model-registry", "/opt/models"];

/** What `programs` copies. */
export async function programFiles(): Promise<string[]> {
  await ensureRegistry();
  const { source } = await ensureOllama();
  await ensureLabModels();
  return [source, registryProgram(), labModelsFolder()];
}

export async function programs(lab: TestLab, host: string): Promise<void> {
  const files = await programFiles();
  for (const [index, place] of places.entries()) await lab.copy(files[index]!, host, place);
}

const home = "/opt/ollama-home";

/** Both run, once. */
export const installOn = (manager: ServiceManager): string => `${withCurl}
  mkdir -p /opt/ollama ${home}; tar -xzf /opt/ollama.tar.gz -C /opt/ollama
  ${started(manager, "contract-registry", ["/opt/model-registry", registry, "/opt/models"])}
  ${started(manager, "contract-ollama", ["/opt/ollama/bin/ollama", "serve"], { environment: { HOME: home, OLLAMA_MODELS: `${home}/models` } })}
  until curl -fs http://127.0.0.1:11434/api/version >/dev/null && curl -fs http://${registry}/v2/ >/dev/null; do sleep 0.1; done`;

/** Asks the server. */
export const api = (path: string, body?: string): string =>
  `curl -sS http://127.0.0.1:11434/api/${path}${body === undefined ? "" : ` -d '${body}'`}`;

/** Names of its models. */
export const tagged = `${api("tags")} | sed 's/},{/}\\n{/g' | sed -n 's/.*"name":"\\([^"]*\\)".*/\\1/p'`;

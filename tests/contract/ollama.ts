// What the Ollama cases share: a server, and a registry with tiny models, both on the host's loopback.
import { ensureRegistry, registryProgram } from "../../tools/model-registry/install.ts";
import { ensureOllama } from "../../tools/ollama/install.ts";
import { ensureLabModels, labModelsFolder } from "../../tools/ollama/lab-models.ts";
import type { TestLab } from "../support/lab.ts";
import { type ServiceManager, started, withCurl } from "../support/started.ts";

export const registry = "127.0.0.1:5000";

export async function programs(lab: TestLab, host: string): Promise<void> {
  await ensureRegistry();
  const { source } = await ensureOllama();
  await ensureLabModels();
  await lab.copy(source, host, "/opt/ollama.tar.gz");
  await lab.copy(registryProgram(), host, "/opt/model-registry");
  await lab.copy(labModelsFolder(), host, "/opt/models");
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

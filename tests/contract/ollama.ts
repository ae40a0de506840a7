// What the Ollama cases share: a server, and a registry with tiny models, both on the host's loopback.
import { ensureRegistry, registryProgram } from "../../tools/model-registry/install.ts";
import { ensureOllama } from "../../tools/ollama/install.ts";
import { ensureLabModels, labModelsFolder } from "../../tools/ollama/lab-models.ts";
import type { TestLab } from "../support/lab.ts";

export const registry = "127.0.0.1:5000";

export async function programs(lab: TestLab, host: string): Promise<void> {
  await ensureRegistry();
  const { source } = await ensureOllama();
  await ensureLabModels();
  await lab.copy(source, host, "/opt/ollama.tar.gz");
  await lab.copy(registryProgram(), host, "/opt/model-registry");
  await lab.copy(labModelsFolder(), host, "/opt/models");
}

const run = "systemd-run -q --collect";

/** Both run, once. */
export const install = `command -v curl >/dev/null || { apt-get update -qq; DEBIAN_FRONTEND=noninteractive apt-get install -y -qq curl; } >/dev/null 2>&1
  mkdir -p /opt/ollama /var/lib/ollama; tar -xzf /opt/ollama.tar.gz -C /opt/ollama
  systemctl is-active -q contract-registry || ${run} --unit contract-registry /opt/model-registry ${registry} /opt/models
  systemctl is-active -q contract-ollama || ${run} --unit contract-ollama -E HOME=/var/lib/ollama -E OLLAMA_MODELS=/var/lib/ollama/models /opt/ollama/bin/ollama serve
  until curl -fs http://127.0.0.1:11434/api/version >/dev/null && curl -fs http://${registry}/v2/ >/dev/null; do sleep 0.1; done`;

/** Asks the server. */
export const api = (path: string, body?: string): string =>
  `curl -sS http://127.0.0.1:11434/api/${path}${body === undefined ? "" : ` -d '${body}'`}`;

/** Names of its models. */
export const tagged = `${api("tags")} | sed 's/},{/}\\n{/g' | sed -n 's/.*"name":"\\([^"]*\\)".*/\\1/p'`;

import { cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { addressIn } from "../../tools/lab/subnet.ts";
import { ensureRegistry } from "../../tools/model-registry/install.ts";
import { serveHere } from "../../tools/model-registry/serve.ts";
import { ensureOllama } from "../../tools/ollama/install.ts";
import { ensureLabModels, labModelsFolder, pushModels } from "../../tools/ollama/lab-models.ts";
import type { TinyModel } from "../../tools/ollama/tiny-model.ts";
import { startLab, type TestLab } from "./lab.ts";
import { type Machine, machine } from "./machine.ts";

/** A lab host with the real Ollama on its loopback, and a registry of the test's own on the lab's router address. */
export interface OllamaHost extends Machine {
  /** How ssh reaches it by its name. */
  readonly sshConfig: string;
  /** `address:port` of the registry, which begins the name of each model. */
  readonly registry: string;
  /** Makes the registry serve so many bytes a second, or as fast as it can. */
  throttle(bytesPerSecond?: number): Promise<void>;
  /** Puts models into the registry; one of the same name takes the place of what its tag named. */
  push(...models: TinyModel[]): Promise<void>;
  /** Asks the server by the host's own curl. */
  api(path: string, body?: object): Promise<string>;
  stop(): Promise<void>;
}

const name = "inference";

/** @param labName of the lab, a test's own */
export async function ollamaHost(labName = "test-ollama"): Promise<OllamaHost> {
  const lab = await startLab(labName, { hosts: [name] });
  const host = await machine(labName, name);
  await install(lab, host);

  const folder = await mkdtemp(join(tmpdir(), "groundwork-registry-"));
  await cp(labModelsFolder(), folder, { recursive: true });
  const registry = `${addressIn(lab.subnet, 1)}:5000`;
  let server = await serveHere(registry, folder);

  const api: OllamaHost["api"] = (path, body) =>
    host.shell(`curl -sS http://127.0.0.1:11434/api/${path} ${body ? `-d '${JSON.stringify(body)}'` : ""}`);
  return Object.assign(host, {
    sshConfig: lab.sshConfig,
    registry,
    api,
    async throttle(bytesPerSecond = 0) {
      await server.stop();
      server = await serveHere(registry, folder, bytesPerSecond);
    },
    push: (...models: TinyModel[]) => pushModels(folder, models),
    async stop() {
      await server.stop();
      await host.close();
      await lab.stop();
      await rm(folder, { recursive: true, force: true });
    },
  });
}

async function install(lab: TestLab, host: Machine): Promise<void> {
  await ensureRegistry();
  const { source } = await ensureOllama();
  await ensureLabModels();
  await lab.copy(source, name, "/root/ollama.tar.gz");
  await host.shell(`
    command -v curl >/dev/null || { apt-get update -qq; DEBIAN_FRONTEND=noninteractive apt-get install -y -qq curl; } >/dev/null 2>&1
    mkdir -p /opt/ollama /var/lib/ollama
    tar -xzf /root/ollama.tar.gz -C /opt/ollama
    systemctl is-active -q ollama || systemd-run -q --collect --unit ollama -p Restart=always -E HOME=/var/lib/ollama \\
      -E OLLAMA_MODELS=/var/lib/ollama/models /opt/ollama/bin/ollama serve
    until curl -fs http://127.0.0.1:11434/api/version >/dev/null; do sleep 0.1; done
  `);
}

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { setTimeout as pause } from "node:timers/promises";

import { execa } from "execa";

import { ollamaProgram } from "./install.ts";

/** An Ollama on this machine, for making models. */
export interface OllamaHere {
  /** Runs `ollama ARGUMENTS` against it. */
  run(...argv: string[]): Promise<string>;
  stop(): Promise<void>;
}

/** Starts one whose home, keys and models are in `home`. */
export async function startOllama(home: string): Promise<OllamaHere> {
  const env = {
    PATH: process.env["PATH"] ?? "",
    HOME: home,
    OLLAMA_HOST: `127.0.0.1:${await freePort()}`,
    OLLAMA_MODELS: `${home}/models`,
  };
  const server = spawn(ollamaProgram(), ["serve"], { env, stdio: "ignore" });
  await untilAnswers(env.OLLAMA_HOST, server);
  return {
    run: async (...argv) => (await execa(ollamaProgram(), argv, { env, extendEnv: false, cwd: home })).stdout,
    async stop() {
      const ended = once(server, "exit");
      if (server.kill()) await ended;
    },
  };
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (address === null || typeof address === "string") throw new Error("a TCP server has an address and a port");
  return address.port;
}

async function untilAnswers(host: string, server: ChildProcess): Promise<void> {
  for (const end = Date.now() + 20_000; ; await pause(50)) {
    const answer = await fetch(`http://${host}/api/version`).catch(() => undefined);
    if (answer?.ok) return;
    if (server.exitCode !== null || Date.now() > end) {
      server.kill();
      throw new Error(`${ollamaProgram()} does not start: OLLAMA_HOST=${host} ${ollamaProgram()} serve shows why`);
    }
  }
}

// The sample API and the smoke tests that ask it: a model or reranker that does not do its part is named. Both are doubles, of
// which each test says how they answer; neither PostgreSQL nor Redis is there. On real parts: tests/integration/system/smoke.ts.
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa, type ResultPromise } from "execa";
import { afterAll, beforeAll, beforeEach, expect, test, vi } from "vitest";

import { sampleApi } from "../../stacks/macminis/sample-api.ts";
import { root } from "../../tools/toolchain/places.ts";

/** Status that each answers. */
const well = { primary: 200, reranker: 200 };
let behaves = well;
let url = "";
let folder = "";
let api: ResultPromise | undefined;

const models = createServer(async (request, response) => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const { model } = JSON.parse(Buffer.concat(chunks).toString() || "{}") as { model?: string };
  const answer = (status: number, body: string) => response.writeHead(status).end(status === 200 ? body : "no");
  const score = JSON.stringify({ choices: [{ delta: { content: '{"score": 4}' } }] });
  if (request.url === "/api/tags") return answer(200, '{"models": [{"name": "primary"}, {"name": "backup"}]}');
  if (request.url === "/rerank") return answer(behaves.reranker, '{"results": [{"index": 0, "relevance_score": 1}]}');
  if (request.url === "/health") return answer(200, "{}"); // asks for no key
  return answer(model === "primary" ? behaves.primary : 200, `data: ${score}\n`);
});

async function portOf(server: Server): Promise<number> {
  await once(server.listen(0, "127.0.0.1"), "listening");
  return (server.address() as AddressInfo).port;
}

beforeAll(async () => {
  const served = `http://127.0.0.1:${await portOf(models)}`;
  const free = createServer();
  const port = await portOf(free);
  await new Promise((closed) => free.close(closed));
  folder = await mkdtemp(join(tmpdir(), "groundwork-api-"));
  const program = join(folder, "server.mjs");
  await writeFile(program, (await sampleApi()).text);
  url = `http://127.0.0.1:${port}`;
  const env = {
    PORT: String(port),
    DATABASE_URL: "postgres://nobody@127.0.0.1:1/none",
    REDIS_URL: "redis://:word@127.0.0.1:1",
    OLLAMA_BASE_URL: served,
    RERANK_URL: served,
    LLM_MODEL: "primary",
    LLM_FALLBACK_MODEL: "backup",
    EMBED_MODEL: "embedder",
    EMBED_DIM: "768",
  };
  api = execa("node", [program], { env, reject: false });
  await vi.waitFor(() => fetch(`${url}/metrics`), { timeout: 30_000 });
});
beforeEach(() => {
  behaves = well;
});
afterAll(async () => {
  api?.kill("SIGKILL");
  await api;
  models.close();
  await rm(folder, { recursive: true, force: true });
});

const reranker = async () => {
  const { hops } = (await (await fetch(`${url}/health`)).json()) as { hops: Record<string, object> };
  return hops["reranker"];
};
const smoke = async (name: string) => {
  const { exitCode, all } = await execa("node", [join(root, "templates/smoke/smoke.mjs"), name], {
    env: { SITE: url, DIMENSION: "768", PATIENCE_SEC: "0", LOGS: '{"generation":"the log of ollama on inference"}' },
    all: true,
    reject: false,
  });
  return { exitCode, said: all };
};

test("a score that the fallback gave fails its smoke test at generation, with what the first model answered", async () => {
  expect(await smoke("score")).toMatchObject({ exitCode: 0 });
  behaves = { ...well, primary: 500 };
  const { exitCode, said } = await smoke("score");
  expect(exitCode).toBe(1);
  expect(said).toMatch(/^smoke test score failed at generation: .*\/v1\/chat\/completions answered 500: no/m);
  expect(said).toContain("look at the log of ollama on inference");
});

test("a reranker that refuses the key shows in /health, though it calls itself well", async () => {
  expect(await reranker()).toEqual({ ok: true });
  behaves = { ...well, reranker: 401 };
  expect(await reranker()).toEqual({ ok: false, error: expect.stringContaining("/rerank answered 401") });
});

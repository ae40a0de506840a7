// The language models: Ollama embeds and generates, infinity reranks.
import { HopError, hop, missing } from "./faults.mjs";
import { note } from "./metrics.mjs";
import { settings } from "./settings.mjs";

/** Nginx waits for 120 s. */
const generateMs = 110_000;
const embedMs = 30_000;
const askMs = 3000;

const answered = (name, url, { timeoutMs, body, headers }) =>
  hop(name, async () => {
    const response = await fetch(url, {
      method: body ? "POST" : "GET",
      headers: { "content-type": "application/json", ...headers },
      body: body && JSON.stringify(body),
      signal: AbortSignal.timeout(timeoutMs),
    }).catch((error) => {
      throw new HopError(name, `${url}: ${error.cause?.message || error.cause?.code || error.message}`);
    });
    if (response.ok) return response;
    throw new HopError(name, `${url} answered ${response.status}: ${(await response.text()).slice(0, 300)}`, {
      refused: true,
    });
  });

async function embed(prefix, texts) {
  const url = `${settings.ollamaUrl}/api/embed`;
  const body = { model: settings.embedModel, input: texts.map((text) => prefix + text) };
  const { embeddings } = await (await answered("embedding", url, { body, timeoutMs: embedMs })).json();
  const lengths = new Set(embeddings.map(({ length }) => length));
  if (lengths.size === 1 && lengths.has(settings.dimension)) return embeddings;
  const said = `${settings.embedModel} makes vectors of ${[...lengths]} numbers, not of ${settings.dimension}`;
  throw new HopError("embedding", said);
}

export const embedDocuments = (texts) => embed(settings.documentPrefix, texts);
export const embedQuestion = async (text) => (await embed(settings.queryPrefix, [text]))[0];

/** The chunks in the order of the reranker, or as they came where there is none. */
export async function rerank(question, chunks, limit) {
  if (!settings.rerankUrl || chunks.length === 0) return chunks.slice(0, limit);
  const texts = chunks.map(({ body }) => body);
  const results = await ranked({ query: question, documents: texts, top_n: limit }, embedMs);
  return results.map(({ index, relevance_score }) => ({ ...chunks[index], relevance: relevance_score }));
}

const ranked = (body, timeoutMs) =>
  hop("reranker", async () => {
    const headers = settings.rerankKey ? { authorization: `Bearer ${settings.rerankKey}` } : {};
    const response = await answered("reranker", `${settings.rerankUrl}/rerank`, { headers, body, timeoutMs });
    return (await response.json()).results;
  });

/** The text that a model answers, and which one did: the fallback stands in where the first refuses. */
export async function generate(messages, { timings, degraded }, options = {}) {
  try {
    return await complete(settings.model, messages, timings, options);
  } catch (error) {
    if (!error.refused || !settings.fallbackModel) throw error;
    missing(degraded, "generation", error);
    return complete(settings.fallbackModel, messages, timings, options);
  }
}

async function complete(model, messages, timings, options) {
  const start = performance.now();
  const body = { model, messages, stream: true, max_tokens: 512, ...options };
  const url = `${settings.ollamaUrl}/v1/chat/completions`;
  const response = await answered("generation", url, { body, timeoutMs: generateMs });
  const parts = [];
  for await (const line of lines(response.body)) {
    if (!line.startsWith("data: {")) continue;
    const content = JSON.parse(line.slice("data: ".length)).choices[0]?.delta?.content;
    if (content && parts.length === 0) note("first_token", timings, start);
    if (content) parts.push(content);
  }
  note("generate", timings, start);
  return { model, text: parts.join("").trim() };
}

async function* lines(stream) {
  let rest = "";
  const decoder = new TextDecoder();
  for await (const bytes of stream) {
    const whole = (rest + decoder.decode(bytes, { stream: true })).split("\n");
    rest = whole.pop();
    yield* whole;
  }
  yield rest;
}

/** Names of the models that Ollama has. */
export async function present() {
  const response = await answered("ollama", `${settings.ollamaUrl}/api/tags`, { timeoutMs: askMs });
  return (await response.json()).models.map(({ name }) => name);
}

/** A real one of a single word: its own /health asks for no key, and no question needs it while there are no chunks. */
export const rerankerHealth = () => ranked({ query: "is it there", documents: ["there"], top_n: 1 }, askMs);

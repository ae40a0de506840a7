// What the API does: answer a question, score an answer, take in texts. Each answer says what its parts took (`timings`, in
// milliseconds), and which of them it did without (`degraded`: a hop and why).
import { createHash } from "node:crypto";

import * as cache from "./cache.mjs";
import * as chunks from "./chunks.mjs";
import { HopError, Refusal } from "./faults.mjs";
import { timed } from "./metrics.mjs";
import { embedDocuments, embedQuestion, generate, rerank } from "./models.mjs";

const cacheSec = 60;
const version = "wiki:version";
/** Candidates for each chunk that is wanted: the reranker chooses. */
const choice = 4;

const textOf = (body, name) => {
  if (typeof body[name] === "string" && body[name].trim() !== "") return body[name];
  throw new Refusal(400, `${name}: give a text`);
};

const account = () => ({ timings: {}, degraded: {} });

/** POST /api/evaluate: {question, limit} */
export async function evaluate(body) {
  const question = textOf(body, "question");
  const { limit = 5 } = body;
  if (!Number.isInteger(limit) || limit < 1 || limit > 20) throw new Refusal(400, "limit: give 1 to 20");
  const digest = createHash("sha256").update(question).digest("hex");
  const told = account();
  const { timings, degraded } = told;
  const key = `answer:${(await cache.recall(version, degraded)) ?? 0}:${limit}:${digest}`;
  const known = await cache.recall(key, degraded);
  if (known) return [200, { ...JSON.parse(known), cached: true }];

  const embedding = await timed("embed", timings, () => embedQuestion(question));
  const candidates = await timed("search", timings, () => chunks.nearest(embedding, limit * choice));
  const found = await timed("rerank", timings, () => rerank(question, candidates, limit));
  const { model, text } = await generate(asked(question, found), told);
  const answer = { answer: text, model, chunks: found, ...told };
  await cache.keep(key, JSON.stringify(answer), cacheSec, degraded);
  return [200, { ...answer, cached: false }];
}

const asked = (question, found) => [
  { role: "system", content: "Answer from these notes alone; say so where they do not hold the answer." },
  { role: "user", content: `${found.map(({ body }) => `- ${body}`).join("\n")}\n\nQuestion: ${question}` },
];

/** The model may say nothing but this. */
const verdict = {
  type: "json_schema",
  json_schema: {
    name: "verdict",
    strict: true,
    schema: { type: "object", properties: { score: { enum: [1, 2, 3, 4, 5] } }, required: ["score"] },
  },
};

/** POST /api/evaluate/score: {question, answer} */
export async function score(body) {
  const [question, answer] = ["question", "answer"].map((name) => textOf(body, name));
  const told = account();
  const messages = [
    { role: "system", content: "Score from 1 (made up) to 5 (exact) how well the answer answers the question." },
    { role: "user", content: `Question: ${question}\nAnswer: ${answer}` },
  ];
  const { model, text } = await generate(messages, told, { response_format: verdict, temperature: 0 });
  const [, said] = /"score"\s*:\s*([1-5])\b/.exec(text) ?? [];
  if (!said) throw new HopError("generation", `${model} gave no score: ${JSON.stringify(text.slice(0, 200))}`);
  return [200, { score: Number(said), model, ...told }];
}

/** POST /api/import: {texts: [text or {body, metadata}], dryRun} */
export async function take(body) {
  const { texts, dryRun = false } = body;
  if (!Array.isArray(texts) || texts.length === 0 || texts.length > 100) throw new Refusal(400, "texts: give 1 to 100");
  const given = texts.map((text) => (typeof text === "string" ? { body: text } : (text ?? {})));
  const wanted = given.map((chunk) => ({ body: textOf(chunk, "body"), metadata: chunk.metadata ?? {} }));
  const { timings, degraded } = account();
  const embeddings = await timed("embed", timings, () => embedDocuments(wanted.map(({ body }) => body)));
  const ids = await timed("store", timings, () =>
    chunks.store(
      wanted.map((chunk, index) => ({ ...chunk, embedding: embeddings[index] })),
      { dryRun },
    ),
  );
  if (!dryRun) await cache.outdate(version, degraded);
  return [201, { ids, dimension: embeddings[0].length, timings, degraded }];
}

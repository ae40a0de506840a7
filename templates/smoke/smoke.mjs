// Asks the deployed system as its users do, by the address of its site: node smoke.mjs TEST. The environment says where:
// SITE, AUTHORITY (what its certificate is trusted by), DIMENSION, LOGS (where to look, by part of the system), PATIENCE_SEC.
// An answer that did without a part of the system, or that another model gave, is a failure of that part.
import { request as plain } from "node:http";
import { request as encrypted } from "node:https";
import { setTimeout as pause } from "node:timers/promises";

const { SITE, AUTHORITY, DIMENSION, LOGS, PATIENCE_SEC = "20" } = process.env;
const logs = JSON.parse(LOGS);
/** What has just started may need a moment. */
const patienceMs = 1000 * Number(PATIENCE_SEC);
const timeoutMs = 130_000; // Nginx waits for 120 s

class Failure extends Error {
  constructor(part, message) {
    super(message);
    this.part = part;
  }
}

function ask(method, path, body) {
  const url = new URL(path, SITE);
  const request = url.protocol === "https:" ? encrypted : plain;
  const options = { method, timeout: timeoutMs, ...(AUTHORITY && { ca: AUTHORITY }) };
  return new Promise((resolve, reject) => {
    const failed = (error) => reject(new Failure("nginx", `${url} does not answer: ${error.message || error.code}`));
    const asked = request(url, { ...options, headers: { "content-type": "application/json" } }, (response) => {
      const chunks = [];
      response.on("data", (chunk) => chunks.push(chunk));
      response.on("error", failed);
      response.on("end", () => resolve({ status: response.statusCode, text: Buffer.concat(chunks).toString() }));
    });
    asked.on("error", failed);
    asked.on("timeout", () => asked.destroy(new Error(`nothing within ${timeoutMs / 1000} s`)));
    asked.end(body && JSON.stringify(body));
  });
}

/** The answer of the API, or the part of the system that kept it from answering. */
async function post(path, body, wanted) {
  const { status, text } = await ask("POST", path, body);
  const answer = parsed(text);
  if (status === wanted && answer) {
    const [[hop, why] = []] = Object.entries(answer.degraded ?? {});
    expect(hop, hop === undefined, `POST ${path} was answered without it: ${why}`);
    return answer;
  }
  const said = `POST ${path} answered ${status}: ${answer?.error ?? text.slice(0, 200).replace(/\s+/g, " ")}`;
  throw new Failure(answer?.hop ?? (await failing())[0]?.hop ?? "api", said);
}

/** What the API itself says is failing. */
async function failing() {
  const { text } = await ask("GET", "/health").catch(() => ({ text: "" }));
  const hops = Object.entries(parsed(text)?.hops ?? {});
  return hops.filter(([, { ok }]) => !ok).map(([hop, { error }]) => ({ hop, error }));
}

/** Parts that an answer may not have needed: a cache, or a reranker where there is nothing to choose from. */
async function expectWell(...hops) {
  const found = (await failing()).find(({ hop }) => hops.includes(hop));
  expect(found?.hop, !found, `GET /health says: ${found?.error}`);
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function expect(part, right, message) {
  if (!right) throw new Failure(part, message);
}

/** Stored and taken back at once. */
const importing = () => post("/api/import", { texts: ["What a smoke test says."], dryRun: true }, 201);

const tests = {
  async site() {
    const { status, text } = await ask("GET", "/");
    expect("nginx", status === 200 && /<html|<!doctype html/i.test(text), `GET / answered ${status}: no page`);
  },
  async embeddings() {
    const { dimension } = await importing();
    const said = `vectors have ${dimension} numbers, not ${DIMENSION}`;
    expect("embedding", dimension === Number(DIMENSION), said);
  },
  async import() {
    const { ids } = await importing();
    expect("api", ids?.length === 1, "POST /api/import answered no id");
    await expectWell("redis"); // a real one tells the cache
  },
  async evaluate() {
    const { answer } = await post("/api/evaluate", { question: `Is it ${new Date().toISOString()}?` }, 200);
    expect("generation", typeof answer === "string" && answer !== "", "POST /api/evaluate answered no text");
    await expectWell("redis", "reranker");
  },
  async score() {
    const { score } = await post("/api/evaluate/score", { question: "Is it there?", answer: "It is." }, 200);
    expect("generation", score >= 1 && score <= 5, `the score is ${score}, not from 1 to 5`);
  },
};

const name = process.argv[2];
const end = Date.now() + patienceMs;
for (;;) {
  const start = Date.now();
  try {
    await tests[name]();
    console.log(`${name}: ${Date.now() - start} ms`);
    break;
  } catch (error) {
    if (Date.now() < end && error instanceof Failure) {
      await pause(1000);
      continue;
    }
    const part = error.part ?? "smoke test";
    console.error(`smoke test ${name} failed at ${part}: ${error.message}`);
    if (logs[part]) console.error(`look at ${logs[part]}, then run again`);
    process.exitCode = 1;
    break;
  }
}

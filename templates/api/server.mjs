// Sample API: keeps texts with their embeddings in PostgreSQL (pgvector) and finds the nearest ones; Redis caches the
// answers and counts requests. Needs Debian's nodejs, node-pg and node-redis.
import { createHash } from "node:crypto";
import { createServer } from "node:http";
import { createRequire } from "node:module";

const require = createRequire(import.meta.url); // Debian's modules are found by require alone
const { Pool } = require("pg");
const { createClient } = require("redis");

const setting = (name) => {
  const value = process.env[name];
  if (!value) throw new Error(`the environment variable ${name} is not set`);
  return value;
};
const dimension = Number(setting("EMBED_DIM"));
const requestsPerMinute = Number(setting("RATE_LIMIT"));
const cacheSec = 60;
const maxBodyBytes = 1024 * 1024;

const postgres = new Pool({ connectionString: setting("DATABASE_URL"), max: 10, connectionTimeoutMillis: 3000 });
postgres.on("error", (error) => console.error(`PostgreSQL: ${error.message}`));
const redis = createClient({ url: setting("REDIS_URL"), disableOfflineQueue: true });
redis.on("error", (error) => console.error(`Redis: ${error.message || error.code}`));

/** An answer that is the caller's fault. */
class Refusal extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

function embeddingOf({ embedding }) {
  if (!Array.isArray(embedding) || embedding.length !== dimension || !embedding.every(Number.isFinite)) {
    throw new Refusal(400, `embedding: give ${dimension} numbers`);
  }
  return JSON.stringify(embedding); // as pgvector writes vectors, too
}

async function store(body) {
  if (typeof body.text !== "string" || body.text === "") throw new Refusal(400, "text: give a text");
  const { rows } = await postgres.query("INSERT INTO documents (text, embedding) VALUES ($1, $2) RETURNING id", [
    body.text,
    embeddingOf(body),
  ]);
  await redis.incr("documents:version"); // cached answers are those of an older version
  return [201, { id: Number(rows[0].id) }];
}

async function search(body) {
  const { limit = 5 } = body;
  if (!Number.isInteger(limit) || limit < 1 || limit > 100) throw new Refusal(400, "limit: give 1 to 100");
  const embedding = embeddingOf(body);
  const digest = createHash("sha256").update(embedding).digest("hex");
  const key = `search:${(await redis.get("documents:version")) ?? 0}:${limit}:${digest}`;
  const cached = await redis.get(key);
  if (cached) return [200, { documents: JSON.parse(cached), cached: true }];

  const { rows: documents } = await postgres.query(
    `SELECT id::int, text, embedding <=> $1::vector AS distance FROM documents ORDER BY distance LIMIT $2`,
    [embedding, limit],
  );
  await redis.set(key, JSON.stringify(documents), { EX: cacheSec });
  return [200, { documents, cached: false }];
}

async function health() {
  const [database, cache] = await Promise.allSettled([
    postgres.query("SELECT count(*)::int AS documents FROM documents"),
    redis.ping(),
  ]);
  const said = ({ status, reason }) => (status === "fulfilled" ? "ok" : reason.message || reason.code || "failed");
  const healthy = database.status === "fulfilled" && cache.status === "fulfilled";
  const documents = database.value?.rows[0].documents;
  return [healthy ? 200 : 503, { postgres: said(database), redis: said(cache), documents }];
}

async function countRequest(request) {
  const caller = request.headers["x-real-ip"] ?? request.socket.remoteAddress;
  const key = `requests:${caller}:${Math.floor(Date.now() / 60_000)}`;
  const count = await redis.incr(key);
  if (count === 1) await redis.expire(key, 60);
  if (count > requestsPerMinute) throw new Refusal(429, `more than ${requestsPerMinute} requests a minute`);
}

async function bodyOf(request) {
  const chunks = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    if (size > maxBodyBytes) throw new Refusal(413, `more than ${maxBodyBytes} bytes`);
    chunks.push(chunk);
  }
  let body;
  try {
    body = JSON.parse(Buffer.concat(chunks).toString("utf8"));
  } catch {
    throw new Refusal(400, "give JSON");
  }
  if (typeof body !== "object" || body === null) throw new Refusal(400, "give a JSON object");
  return body;
}

const routes = { "POST /api/documents": store, "POST /api/search": search };

async function answer(request) {
  const { pathname } = new URL(request.url, "http://api");
  if (request.method === "GET" && pathname === "/health") return health();
  const route = routes[`${request.method} ${pathname}`];
  if (!route) throw new Refusal(404, `there are: GET /health, ${Object.keys(routes).join(", ")}`);
  await countRequest(request);
  return route(await bodyOf(request));
}

const server = createServer(async (request, response) => {
  const [status, body] = await answer(request).catch((error) => {
    if (error instanceof Refusal) return [error.status, { error: error.message }];
    console.error(`${request.method} ${request.url}: ${error.stack}`);
    return [503, { error: "a service this needs does not answer; GET /health says which" }];
  });
  response.writeHead(status, { "content-type": "application/json" }).end(`${JSON.stringify(body)}\n`);
});

process.once("SIGTERM", () => {
  server.close(async () => {
    await Promise.allSettled([postgres.end(), redis.quit()]);
    process.exit();
  });
  server.closeIdleConnections();
});

await redis.connect();
server.listen(Number(setting("PORT")), setting("LISTEN_ADDRESS"));

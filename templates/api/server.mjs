// Sample API of Project SOT: answers questions from a wiki whose chunks lie with their embeddings in PostgreSQL.
import { createServer } from "node:http";

import { evaluate, score, take } from "./answers.mjs";
import { close } from "./chunks.mjs";
import { HopError, Refusal } from "./faults.mjs";
import { health } from "./health.mjs";
import { exposition, observe } from "./metrics.mjs";
import { settings } from "./settings.mjs";

const maxBodyBytes = 10 * 1024 * 1024;

const routes = {
  "GET /health": health,
  "GET /metrics": () => [200, exposition()],
  "POST /api/evaluate": evaluate,
  "POST /api/evaluate/score": score,
  "POST /api/import": take,
};

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

async function answer(request, name) {
  const route = routes[name];
  if (!route) throw new Refusal(404, `there are: ${Object.keys(routes).join(", ")}`);
  return route(request.method === "POST" ? await bodyOf(request) : undefined);
}

function failure(name, error) {
  if (error instanceof Refusal) return [error.status, { error: error.message }];
  console.error(`${name}: ${error.stack}`);
  if (error instanceof HopError) return [502, { error: error.message, hop: error.hop }];
  return [500, { error: "the API itself failed; its log says why", hop: "api" }];
}

const server = createServer(async (request, response) => {
  const { pathname } = new URL(request.url, "http://api");
  const name = `${request.method} ${pathname}`;
  const start = performance.now();
  const [status, body] = await answer(request, name).catch((error) => failure(name, error));
  const seconds = (performance.now() - start) / 1000;
  if (routes[name]) observe("api_request_seconds", { route: pathname, status: String(status) }, seconds);
  if (settings.logLevel === "debug") console.log(`${name} ${status} ${Math.round(seconds * 1000)} ms`);
  const [type, text] =
    typeof body === "string" ? ["text/plain; version=0.0.4", body] : ["application/json", `${JSON.stringify(body)}\n`];
  response.writeHead(status, { "content-type": type }).end(text);
});

/** Its successor waits for the port: what it has begun may take so long, then it ends. */
const graceMs = 1000;

process.once("SIGTERM", () => {
  server.close(() => close().finally(() => process.exit()));
  server.closeIdleConnections();
  setTimeout(() => process.exit(), graceMs).unref();
});

server.listen(settings.port, settings.host);

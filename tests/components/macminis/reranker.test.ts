import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type * as pulumi from "@pulumi/pulumi";
import { execa } from "execa";
import { afterAll, beforeAll, expect, test } from "vitest";

import { Reranker } from "../../../src/components/macminis/reranker.ts";
import { reranker } from "../../../src/schemas/macminis/reranker.ts";
import { record } from "../record.ts";

const key = "key-of-the-clients";
const folder = mkdtempSync(join(tmpdir(), "reranker-"));
const header = join(folder, "header");
/** Answers as infinity does. */
let server: Server;
let broken = false;

beforeAll(async () => {
  server = createServer(async (request, response) => {
    const parts = [];
    for await (const part of request) parts.push(part);
    if (request.url === "/health") return response.end('{"unix":1}');
    if (request.headers.authorization !== `Bearer ${key}`) return response.writeHead(401).end('{"detail":"no"}');
    const asked = JSON.parse(Buffer.concat(parts).toString()) as { query?: string; documents?: string[] };
    if (broken || request.url !== "/rerank" || !asked.query || !asked.documents?.length) {
      return response.writeHead(500).end('{"error":"no model"}');
    }
    return response.end('{"object":"rerank","results":[{"relevance_score":0.9,"index":0}]}');
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
});
afterAll(() => {
  server.close();
  rmSync(folder, { recursive: true });
});

const made = (more: { version?: string; requirements?: string } = {}) =>
  record(
    () =>
      new Reranker("rerank", {
        endpoint: {
          host: "inference",
          platform: "debian",
          address: "127.0.0.1",
          port: (server.address() as AddressInfo).port,
        },
        model: "mixedbread-ai/mxbai-rerank-base-v1",
        version: "0.0.77",
        requirements: "infinity-emb==VERSION",
        apiKey: { given: key, rotation: 1 },
        ...more,
      }),
  );

test("it is healthy where it reranks a text for who has the key, which stands in no argument", async () => {
  const { registered } = await made();
  const inputs = (name: string) => registered.find((resource) => resource.name === name)?.inputs as never;
  const { path, content, mode } = inputs("rerank-header") as Record<string, { secret: string }>;
  writeFileSync(header, content?.secret ?? "");
  expect(mode).toBe("0600");
  const { check } = inputs("rerank-health") as { check: string[] };
  expect(check.join(" ")).not.toContain(key);
  const [program = "", ...words] = check.map((word) => (word === (path as unknown) ? header : word));
  const asked = async () => (await execa(program, words, { reject: false })).exitCode;

  expect(await asked()).toBe(0);
  writeFileSync(header, "Authorization: Bearer another\n");
  expect(await asked()).toBe(1);
  writeFileSync(header, content?.secret ?? "");
  broken = true;
  expect(await asked()).toBe(1);
  broken = false;
});

test("digests are those of the version that they were made for, and pip takes those of all or none", async () => {
  const requirements =
    "a==1 ; sys_platform == 'linux' \\\n    --hash=sha256:1\ninfinity-emb==2 \\\n    --hash=sha256:2 \\\n    --hash=sha256:3\n";
  const written = async (version: string) => {
    const { registered } = await made({ version, requirements });
    return registered.find(({ name }) => name === "rerank-requirements")?.inputs["content"];
  };
  expect(await written("2")).toBe(requirements);
  expect(await written("3")).toBe("a==1 ; sys_platform == 'linux'\ninfinity-emb==3\n");
});

test("what is installed is pinned whole, with digests, for the version of the configuration", () => {
  const lines = readFileSync("templates/reranker/requirements.txt", "utf8").trim().split("\n");
  const packages = lines.filter((line) => !/^ {4}--hash=sha256:[0-9a-f]{64}( \\)?$/.test(line));
  expect(packages.filter((line) => !/^[a-z0-9.-]+==\S+( ; .+)? \\$/.test(line))).toEqual([]);
  expect(lines).toContain(`infinity-emb==${reranker.parse({ host: "inference" })?.version} \\`);
});

test("clients get a new key once the server takes it", async () => {
  const { result } = await made();
  const waitsFor = await (
    result.apiKey as pulumi.Output<string> & { allResources(): Promise<Set<pulumi.Resource>> }
  ).allResources();
  const urns = await Promise.all([...waitsFor].map(({ urn }) => new Promise((tell) => urn.apply(tell))));
  expect(urns.map((urn) => String(urn).split("::").at(-1))).toContain("rerank-health");
});

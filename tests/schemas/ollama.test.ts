import { expect, test } from "vitest";

import { modelName, ollamaServer } from "../../src/schemas/ollama.ts";

test.each([
  ["nomic-embed-text", "nomic-embed-text:latest"],
  ["llama3.3:70b-instruct-q4_K_M", "llama3.3:70b-instruct-q4_K_M"],
  ["library/nomic-embed-text", "nomic-embed-text:latest"],
  ["registry.ollama.ai/library/nomic-embed-text:v1.5", "nomic-embed-text:v1.5"],
  ["registry.ollama.ai/mxbai/rerank", "mxbai/rerank:latest"],
  ["198.18.0.2:5000/lab/tiny", "198.18.0.2:5000/lab/tiny:latest"],
  ["198.18.0.2:5000/library/tiny:a", "198.18.0.2:5000/library/tiny:a"],
])("%s is %s, as `ollama list` spells it", (given, listed) => {
  expect(modelName.parse(given)).toBe(listed);
});

test.each(["", "two words", "a/b/c/d", "model:", ":tag", "-x", "http://registry/library/tiny"])(
  "%j is no model",
  (given) => {
    expect(modelName.safeParse(given).success).toBe(false);
  },
);

test("a server is scheme, address and port", () => {
  const { server } = ollamaServer;
  expect(server.parse(undefined)).toBe("http://127.0.0.1:11434");
  expect(server.parse("http://[::1]:11434")).toBe("http://[::1]:11434");
  for (const wrong of ["127.0.0.1:11434", "http://a b", "http://a/api", "http://a:1/$(id)"]) {
    expect(server.safeParse(wrong).success, wrong).toBe(false);
  }
});

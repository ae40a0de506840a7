import { describe, expect, test } from "vitest";

import {
  embedding,
  errorIn,
  everything,
  loadedModels,
  staysLoaded,
  taggedModels,
  unavailable,
} from "../../../src/provider/platforms/posix/ollama.ts";

const server = "http://127.0.0.1:11434";
const answer = (stdout: string, exitCode = 0, stderr = "") => ({ exitCode, stderr, stdout: Buffer.from(stdout) });
const digest = "0a109f422b47e3a30ba2b10eca18548e944e8a23073ee3f3e947efcf3c45e59f";

/** As Ollama 0.17 answers. */
const tags = `{"models":[{"name":"nomic-embed-text:latest","model":"nomic-embed-text:latest","modified_at":"2026-11-21T14:00:00.123456789Z","size":274302450,"digest":"${digest}","details":{"parent_model":"","format":"gguf","family":"nomic-bert","families":["nomic-bert"],"parameter_size":"137M","quantization_level":"F16"}}]}`;
const ps = (expires: string) =>
  `{"models":[{"name":"nomic-embed-text:latest","model":"nomic-embed-text:latest","size":576000000,"digest":"${digest}","details":{},"expires_at":"${expires}","size_vram":0,"context_length":8192}]}`;

const told = (fact: ReturnType<typeof loadedModels>, text: string) =>
  fact.parse(answer(text), [everything]).get(everything);

describe("answers", () => {
  test("models on disk", () => {
    const found = taggedModels(server)
      .parse(answer(`${tags}\n200`), [everything])
      .get(everything);
    expect(found).toEqual({ contents: { models: [{ name: "nomic-embed-text:latest", digest, size: 274302450 }] } });
  });

  test.each([
    ["2318-12-31T15:04:05.123456789+01:00", true],
    ["2026-11-21T14:05:00Z", false],
  ])("a model in memory until %s stays loaded: %s", (expires, stays) => {
    const found = told(loadedModels(server), `${ps(expires)}\n200`);
    const [model] = found && "contents" in found ? found.contents.models : [];
    expect(model && staysLoaded(model, Date.parse("2026-11-21T14:00:00Z"))).toBe(stays);
  });

  test("an embedding is one vector", () => {
    const found = embedding(answer('{"model":"m","embeddings":[[0.1,0.2,0.3]],"total_duration":1}\n200'), server);
    expect(found).toEqual({ contents: { embeddings: [[0.1, 0.2, 0.3]] } });
    expect(() => embedding(answer('{"embeddings":[]}\n200'), server)).toThrow("is not understood: embeddings");
  });

  test("a refusal is told in the server's words, anything else as it is", () => {
    const refused = answer('{"error":"this model does not support embeddings"}\n501');
    expect(() => embedding(refused, server)).toThrow(
      "Ollama at http://127.0.0.1:11434 answered 501: this model does not support embeddings",
    );
    expect(() => told(loadedModels(server), "<html>Bad gateway</html>\n502")).toThrow(/answered 502: <html>Bad/);
    expect(() => told(loadedModels(server), "Ollama is running\n200")).toThrow(/is not understood/);
    expect(errorIn("curl: (18) transfer closed")).toBe("curl: (18) transfer closed");
  });
});

test.each([
  [7, "the connection is refused"],
  [28, "it did not answer in time"],
  [52, "it hung up"],
  [127, "the host has no curl to ask it with; install that"],
])("curl's exit code %i says that there is no server", (exitCode, why) => {
  expect(unavailable(answer("\n000", exitCode), server)).toContain(`no Ollama answers at ${server}: ${why}`);
});

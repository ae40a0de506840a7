// Whether a resident model is whole on a GPU, by answers of Ollama's /api/ps: `size`, and `size_vram`, which the GPU has of it.
import { expect, test } from "vitest";

import { HostSession, LiveHost } from "../../../src/provider/live-host.ts";
import { platformOf } from "../../../src/provider/platforms/index.ts";
import model from "../../../src/provider/resources/ollama-model.ts";
import type { Runner } from "../../../src/provider/transports/runner.ts";
import type { Values } from "../../../src/provider/values.ts";
import type { PlatformName } from "../../../src/schemas/host.ts";
import { ollamaModelSchema } from "../../../src/schemas/ollama-model.ts";

const name = "llama3.3:70b-instruct-q4_K_M";
const digest = "a6eb4748fd2990ad2952b2335a95a7f952d1a06119a0aa6a2df6cd052a93a3fa";
const GB = 1e9;

/** A host that answers as one with a chip and a loaded model does. */
function hostWith(platform: PlatformName, chip: string, size: number, size_vram: number): LiveHost {
  const one = { name, model: name, size, digest, expires_at: "2318-12-31T15:04:05Z", size_vram, context_length: 8192 };
  const answers: Record<string, string> = {
    tags: `${JSON.stringify({ models: [{ name, model: name, size: 42.5 * GB, digest }] })}\n200`,
    ps: `${JSON.stringify({ models: [one] })}\n200`,
    gw_machine: `system 15.6\nchip ${chip}\narchitecture arm64\nmemory 68719476736\nfree 1000000 /\n`,
  };
  const runner: Runner = {
    request: async ({ argv }) => {
      const asked = argv[0] === "curl" ? (argv.at(-1)?.split("/").at(-1) ?? "") : (argv[0] ?? "");
      return { exitCode: 0, stdout: Buffer.from(answers[asked] ?? `not asked for: ${argv.join(" ")}`), stderr: "" };
    },
    long: () => Promise.reject(new Error("nothing long is asked")),
    another: async () => runner,
    close: async () => undefined,
  };
  return new LiveHost(new HostSession("mini", platformOf(platform), runner, "a test"), () => undefined);
}

const said = async (host: LiveHost, values: Values = {}) => {
  const desired = ollamaModelSchema.inputs.parse({ host: "mini", model: name, resident: "always", ...values });
  return ((await model.examine?.(host, desired as Values, desired as Values)) ?? []).map(({ said }) => said);
};

test.each([
  [
    "darwin",
    "Apple M4 Pro",
    30,
    /^MM-03 llama3\.3:70b\S+ is 66 % on the GPU and 34 % on the processor, .*wired_limit_mb/,
  ],
  ["darwin", "Apple M4 Pro", 44.99, /is 99 % on the GPU and 1 % on the processor/],
  ["darwin", "Apple M4 Pro", 0, /is 0 % on the GPU and 100 % on the processor/],
  ["debian", "AMD Ryzen 9", 30, /is 66 % on the GPU/],
] as const)("on %s with %s, %d of 45 GB on the GPU are told", async (platform, chip, vram, what) => {
  expect(await said(hostWith(platform, chip, 45 * GB, vram * GB))).toEqual([expect.stringMatching(what)]);
});

test.each([
  ["a whole one", hostWith("darwin", "Apple M4 Pro", 45 * GB, 45 * GB), {}],
  ["one where no GPU is known", hostWith("debian", "AMD Ryzen 9", 45 * GB, 0), {}],
  ["one on a Mac without a chip of Apple's", hostWith("darwin", "Intel(R) Core(TM) i7", 45 * GB, 0), {}],
  ["one that is loaded on demand", hostWith("darwin", "Apple M4 Pro", 45 * GB, 30 * GB), { resident: "onDemand" }],
  ["another than the loaded one", hostWith("darwin", "Apple M4 Pro", 45 * GB, 30 * GB), { model: "qwen2.5:32b" }],
])("of %s nothing is said", async (_, host, values) => {
  expect(await said(host, values)).toEqual([]);
});

import { describe, expect, test } from "vitest";

import {
  defaultContextLength,
  defaultWiredLimitMiB,
  kvBytesPerToken,
  kvCacheMiB,
  type LanguageModel,
  onDemand,
  residentSet,
  type Serving,
} from "../../src/checks/model-memory.ts";

const GiB = 1024;
const llama = { layers: 80, kvHeads: 8, headDim: 128 };
const serving: Serving = { contextLength: 8192, parallel: 1, kvCacheType: "f16" };

/** The models of the three Minis, in GB as their document has them. */
const models: LanguageModel[] = [
  { name: "llama3.3", memoryMiB: 45_000, diskMiB: 42_500, resident: "always", kvCache: llama },
  { name: "nomic-embed-text", memoryMiB: 1000, diskMiB: 300, resident: "always" },
  { name: "qwen2.5", memoryMiB: 24_000, diskMiB: 19_900, resident: "onDemand" },
];

describe("MM-04: the cache of Llama 3.3 70B", () => {
  test("a token costs 327680 bytes in f16, half in q8_0", () => {
    expect(kvBytesPerToken(llama, "f16")).toBe(327_680);
    expect(kvBytesPerToken(llama, "q8_0")).toBe(163_840);
    expect(kvBytesPerToken(llama, "q4_0")).toBe(81_920);
  });

  test.each([
    [4096, 1.25],
    [8192, 2.5],
    [32_768, 10],
    [131_072, 40],
  ])("%i tokens are %d GiB", (contextLength, gib) => {
    expect(kvCacheMiB(llama, { ...serving, contextLength }, 48 * GiB)).toBe(gib * GiB);
  });

  test("requests at a time multiply it, and a context that is not pinned follows the GPU's memory", () => {
    expect(kvCacheMiB(llama, { ...serving, parallel: 4 }, 48 * GiB)).toBe(10 * GiB);
    expect([16, 24, 48].map((gib) => defaultContextLength(gib * GiB))).toEqual([4096, 32_768, 262_144]);
    expect(kvCacheMiB(llama, { ...serving, contextLength: undefined }, 48 * GiB)).toBe(80 * GiB);
    expect(kvCacheMiB(undefined, serving, 48 * GiB)).toBe(0);
  });
});

test("MM-03: what the GPU may wire by default", () => {
  expect(defaultWiredLimitMiB(64 * GiB)).toBe(48 * GiB);
  expect(defaultWiredLimitMiB(36 * GiB)).toBe(24 * GiB);
  expect(defaultWiredLimitMiB(24 * GiB)).toBe(16 * GiB);
});

test("MM-02: the resident set counts weights and cache, on-demand models do not count", () => {
  const { residents, totalMiB } = residentSet(models, serving, 56 * GiB);
  expect(residents.map(({ name, kvCacheMiB }) => [name, kvCacheMiB])).toEqual([
    ["llama3.3", 2560],
    ["nomic-embed-text", 0],
  ]);
  expect(totalMiB).toBe(45_000 + 2560 + 1000);
});

describe("on-demand models", () => {
  const asked = (roomMiB: number, maxLoadedModels = 3) =>
    onDemand(models, { ...serving, maxLoadedModels }, 56 * GiB, roomMiB);

  test("one that does not fit beside the residents has them unloaded", () => {
    expect(asked(56 * GiB)).toEqual([
      {
        model: { name: "qwen2.5", weightsMiB: 24_000, kvCacheMiB: 0, totalMiB: 24_000 },
        freeMiB: 56 * GiB - 48_560,
        fits: "evicts",
      },
    ]);
  });

  test("so has one beyond the number that the server keeps; one may fit, or nowhere", () => {
    expect(asked(96 * GiB)).toMatchObject([{ fits: "beside" }]);
    expect(asked(96 * GiB, 2)).toMatchObject([{ fits: "evicts" }]);
    expect(asked(20 * GiB)).toMatchObject([{ freeMiB: 0, fits: "never" }]);
  });
});

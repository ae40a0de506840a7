import { createHash } from "node:crypto";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { execa } from "execa";
import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { tinyModel } from "../../tools/ollama/tiny-model.ts";
import { artefactFolder, findArtefact, makeArtefact } from "../../tools/toolchain/artefact.ts";

let cache: string;
beforeEach(async () => {
  cache = await mkdtemp(join(tmpdir(), "groundwork-artefact-"));
  vi.stubEnv("GROUNDWORK_CACHE", cache);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(cache, { recursive: true });
});

const fill = (folder: string) => writeFile(join(folder, "tool"), "#!/bin/sh\n", { mode: 0o755 });

test("an artefact is made once, with the digest of its archive", async () => {
  const made = await makeArtefact("tool", "1.0", fill);
  expect(made.sha256).toBe(
    createHash("sha256")
      .update(await readFile(made.source))
      .digest("hex"),
  );
  const { stdout } = await execa("tar", ["-tzf", made.source]);
  expect(stdout.split("\n")).toEqual(["./", "./tool"]);
  expect(await readdir(artefactFolder("tool", "1.0"))).toEqual(["tool"]);

  const again = await makeArtefact("tool", "1.0", () => Promise.reject(new Error("was made again")));
  expect(again).toEqual(made);
  expect(await findArtefact("tool", "1.1")).toBeUndefined();
});

test("one that fails half-way leaves nothing", async () => {
  const failing = makeArtefact("tool", "1.0", async (folder) => {
    await fill(folder);
    throw new Error("no space left on device");
  });
  await expect(failing).rejects.toThrow("no space left on device");
  expect(await readdir(cache)).toEqual([]);
  expect(await findArtefact("tool", "1.0")).toBeUndefined();
});

test("a tiny model is a GGUF file whose weights follow from its seed", () => {
  const model = { name: "tiny", kind: "generation", width: 64, seed: 1 } as const;
  const bytes = tinyModel(model);
  expect(bytes.subarray(0, 4).toString()).toBe("GGUF");
  expect(tinyModel(model).equals(bytes)).toBe(true);
  expect(tinyModel({ ...model, seed: 2 }).length).toBe(bytes.length);
  expect(tinyModel({ ...model, seed: 2 }).equals(bytes)).toBe(false);
});

import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";

import { cacheDir } from "../toolchain/bundle.mjs";
import { buildGo } from "../toolchain/go-build.ts";
import { root } from "../toolchain/places.ts";

const folder = path.join(root, "tools/model-registry");

/** The program, of the sources as they are. */
export function registryProgram(): string {
  const sources = createHash("sha256");
  for (const file of ["go.mod", "go.sum", "main.go"]) sources.update(readFileSync(path.join(folder, file)));
  return path.join(cacheDir(), `model-registry-${sources.digest("hex").slice(0, 8)}`);
}

/** Builds the registry, once: nobody offers it for download without a container engine. */
export async function ensureRegistry(): Promise<void> {
  const target = registryProgram();
  if (existsSync(target)) return;
  await buildGo({ name: "the model registry", version: "for the lab", folder, main: ".", diskGB: 1 }, target);
}

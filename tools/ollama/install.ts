import { mkdir } from "node:fs/promises";
import path from "node:path";

import { execa } from "execa";

import { type Artefact, artefactFolder, findArtefact, makeArtefact } from "../toolchain/artefact.ts";
import { buildGo, pinnedVersion } from "../toolchain/go-build.ts";
import { root } from "../toolchain/places.ts";
import { step } from "../toolchain/progress.ts";
import { whyOutOfReach } from "../toolchain/reach.ts";

const folder = path.join(root, "tools/ollama");
const main = "github.com/ollama/ollama";

export const ollamaVersion = (): string => pinnedVersion(folder, main);

/** The program, on this machine. */
export const ollamaProgram = (): string => path.join(artefactFolder("ollama", ollamaVersion()), "bin/ollama");

export const findOllama = (): Promise<Artefact | undefined> => findArtefact("ollama", ollamaVersion());

/** Gets Ollama for lab hosts: the official one where it is in reach, else one built from its Go module. CPU only. */
export const ensureOllama = (): Promise<Artefact> =>
  makeArtefact("ollama", ollamaVersion(), async (target) => {
    const url = `https://github.com/ollama/ollama/releases/download/v${ollamaVersion()}/ollama-linux-${goArchitecture()}.tar.zst`;
    const obstacle = (await whyOutOfReach(url)) ?? (await download(url, target));
    if (!obstacle) return;
    console.error(`The official Ollama cannot be downloaded (${obstacle}): building it from its Go module.`);
    await build(target);
  });

const goArchitecture = (): string => (process.arch === "x64" ? "amd64" : process.arch);

/** Keeps of nearly 2 GB what a machine without a GPU can use. @returns why it failed */
async function download(url: string, target: string): Promise<string | undefined> {
  const script =
    'set -o pipefail; curl -fsSL "$1" | tar --zstd -x -C "$2" --wildcards "bin/*" "lib/ollama/libggml-*"; rm -f "$2"/lib/ollama/libggml-{cuda,hip,vulkan}*';
  const result = await step(`Downloading Ollama ${ollamaVersion()}`, () =>
    execa("bash", ["-c", script, "bash", url, target], { reject: false }),
  );
  return result.failed
    ? String(result.stderr || result.shortMessage)
        .trim()
        .split("\n")
        .at(-1)
    : undefined;
}

async function build(target: string): Promise<void> {
  const include = path.join(folder, "include");
  await mkdir(path.join(target, "bin"), { recursive: true });
  await buildGo(
    {
      name: "Ollama",
      version: ollamaVersion(),
      download: "github.com",
      folder,
      main,
      linkerFlags: `-X ${main}/version.Version=${ollamaVersion()}`,
      // llama.cpp's `vendor` headers, which no Go module carries: two are Debian packages, one is ours.
      env: { CGO_ENABLED: "1", CGO_CPPFLAGS: `-I${include}` },
      diskGB: 3,
    },
    path.join(target, "bin/ollama"),
  );
}

import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";

import { ensureLoki } from "../../tools/loki/install.ts";
import { root } from "../../tools/toolchain/places.ts";

const releases = {
  loki: { file: (target: string) => `loki-${target}.zip`, stripComponents: 0 },
  alloy: { file: (target: string) => `alloy-${target}.zip`, stripComponents: 0 },
  grafana: { file: (target: string) => `grafana-12.0.0.${target}.tar.gz`, stripComponents: 1 },
} as const;

/** Artefacts of Loki and of doubles of Alloy and Grafana, made in a folder and packed as releases for that target. */
export async function logReleases(folder: string, target: "linux-amd64" | "darwin-arm64") {
  await execa("python3", [join(root, "tests/fixtures/log-releases.py"), target, await ensureLoki()], { cwd: folder });
  const artefacts = Object.entries(releases).map(async ([name, { file, stripComponents }]) => {
    const source = join(folder, file(target));
    const sha256 = createHash("sha256")
      .update(await readFile(source))
      .digest("hex");
    return [name, { source, sha256, stripComponents }] as const;
  });
  return Object.fromEntries(await Promise.all(artefacts)) as Record<keyof typeof releases, Artefact>;
}

interface Artefact {
  readonly source: string;
  readonly sha256: string;
  readonly stripComponents: number;
}

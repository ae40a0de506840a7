import { existsSync } from "node:fs";
import path from "node:path";

import { cacheDir } from "../toolchain/bundle.mjs";
import { buildGo, pinnedVersion } from "../toolchain/go-build.ts";
import { root } from "../toolchain/places.ts";

const folder = path.join(root, "tools/loki");
const main = "github.com/grafana/loki/v3";

/** Path of Loki's program for hosts that run on this machine, built from its Go module when there is none yet. */
export async function ensureLoki(): Promise<string> {
  const version = pinnedVersion(folder, main);
  const target = path.join(cacheDir(), `loki-${version}`);
  if (!existsSync(target)) {
    const program = { name: "Loki", version, folder, main: `${main}/cmd/loki`, env: { CGO_ENABLED: "0" }, diskGB: 4 };
    await buildGo(program, target);
  }
  return target;
}

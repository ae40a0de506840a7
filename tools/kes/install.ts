// KES for lab hosts and Macs: MinIO's own program where GitHub is in reach, else built from the Go module of the same release.
import { chmod, writeFile } from "node:fs/promises";
import path from "node:path";

import { type Artefact, findArtefact, makeArtefact } from "../toolchain/artefact.ts";
import { buildGo, pinnedVersion } from "../toolchain/go-build.ts";
import { root } from "../toolchain/places.ts";
import { step } from "../toolchain/progress.ts";
import { whyOutOfReach } from "../toolchain/reach.ts";
import { isSigned } from "./minisign.ts";

const folder = path.join(root, "tools/kes");
const main = "github.com/minio/kes";
/** What MinIO calls the release that follows the pinned version. */
const RELEASE = "2025-01-30T09-41-53Z";
/** MinIO's key, from minisign.pub of the repository. */
const PUBLISHER = "RWTx5Zr1tiHQLwG9keckT0c45M3AGeHD6IvimQHpyRywVWGbP1aVSGav";

export type Target = "linux-amd64" | "linux-arm64" | "darwin-arm64";

const ownTarget = (): Target => (process.arch === "arm64" ? "linux-arm64" : "linux-amd64");

const kesVersion = (): string => pinnedVersion(folder, main);

const nameFor = (target: Target): string => `kes-${target}`;

export const findKes = (target = ownTarget()): Promise<Artefact | undefined> =>
  findArtefact(nameFor(target), kesVersion());

/** An archive with the program `kes` for such hosts, made when there is none yet. */
export const ensureKes = (target = ownTarget()): Promise<Artefact> =>
  makeArtefact(nameFor(target), kesVersion(), async (place) => {
    const program = path.join(place, "kes");
    const url = `https://${main}/releases/download/${RELEASE}/kes-${target}`;
    const obstacle = await whyOutOfReach(url);
    if (obstacle) {
      console.error(`The official KES cannot be downloaded (${obstacle}): building it from its Go module.`);
      await build(program, target);
    } else {
      await step(`Downloading KES ${RELEASE}`, () => download(url, program));
    }
    await chmod(program, 0o755);
  });

/** @throws Error where the program is not what MinIO signed */
async function download(url: string, program: string): Promise<void> {
  const [bytes, signature] = await Promise.all([fetched(url), fetched(`${url}.minisig`)]);
  if (!isSigned(bytes, signature.toString("utf8"), PUBLISHER)) {
    throw new Error(`${url} is not what MinIO signed: it was changed in transit or at its source`);
  }
  await writeFile(program, bytes);
}

async function fetched(url: string): Promise<Buffer> {
  const answer = await fetch(url);
  if (!answer.ok) throw new Error(`${url} answers ${answer.status}`);
  return Buffer.from(await answer.arrayBuffer());
}

function build(program: string, target: Target): Promise<void> {
  const [GOOS = "", GOARCH = ""] = target.split("-");
  return buildGo(
    {
      name: "KES",
      version: kesVersion(),
      download: "github.com",
      folder,
      main: `${main}/cmd/kes`,
      env: { GOOS, GOARCH, CGO_ENABLED: "0" },
      diskGB: 1,
    },
    program,
  );
}

import { basename } from "node:path/posix";
import type * as pulumi from "@pulumi/pulumi";

import { archiveSuffix } from "../schemas/archive.ts";
import type { Artefact } from "../schemas/artefact.ts";
import type { PlatformName } from "../schemas/host.ts";
import { Archive, PackageSet } from "./resources.ts";
import { ARCHIVE } from "./software.ts";

export interface Unpacked {
  /** Folder that the archive becomes. */
  readonly folder: string;
  /** Absolute path of its program. */
  readonly program: string;
  /** A daemon of it restarts on its `unpacked`. */
  readonly archive: Archive;
}

/**
 * Unpacks an artefact below /opt, and installs what its host needs for that.
 *
 * @param usual its program where the artefact does not say, `ARCHIVE` in it is the archive's name. @default its name
 */
export function unpacked(
  name: string,
  { host, platform }: { host: string; platform: PlatformName },
  { url, source, sha256, stripComponents, unpack = true, program }: Artefact,
  opts: Pick<pulumi.CustomResourceOptions, "parent">,
  usual = name,
): Unpacked {
  const folder = `/opt/${name}`;
  const file = basename(url ? new URL(url).pathname : (source ?? ""));
  const packages = unpackers(platform, file);
  const tools =
    Object.keys(packages).length > 0
      ? [new PackageSet(`${name}-archive-tools`, { host, name: `${name}-archive`, packages }, opts)]
      : [];
  const archive = new Archive(
    `${name}-archive`,
    { host, path: folder, url, source, sha256, stripComponents, unpack },
    { ...opts, dependsOn: tools },
  );
  const called = unpack ? (program ?? usual).replace(ARCHIVE, file.replace(archiveSuffix, "")) : file;
  return { folder, program: `${folder}/${called}`, archive };
}

/** macOS has tar and unzip, and its tar knows xz. */
function unpackers(platform: PlatformName, file: string): Record<string, string> {
  if (file.endsWith(".zst")) return { zstd: "*" };
  if (platform !== "debian") return {};
  if (file.endsWith(".zip")) return { unzip: "*" };
  return file.endsWith(".xz") ? { "xz-utils": "*" } : {};
}

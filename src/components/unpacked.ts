import type * as pulumi from "@pulumi/pulumi";

import type { Artefact } from "../schemas/artefact.ts";
import { Archive } from "./resources.ts";

export interface Unpacked {
  /** Folder that the archive becomes. */
  readonly folder: string;
  /** Absolute path of its program. */
  readonly program: string;
  /** A daemon of it restarts on its `unpacked`. */
  readonly archive: Archive;
}

/** Unpacks an artefact below /opt. @param usual its program where the artefact does not say. @default its name */
export function unpacked(
  name: string,
  host: string,
  { url, source, sha256, stripComponents, program }: Artefact,
  opts: pulumi.CustomResourceOptions,
  usual = name,
): Unpacked {
  const folder = `/opt/${name}`;
  const from = { url, source, sha256, stripComponents };
  const archive = new Archive(`${name}-archive`, { host, path: folder, ...from }, opts);
  return { folder, program: `${folder}/${program ?? usual}`, archive };
}

import type * as pulumi from "@pulumi/pulumi";

import type { Artefact } from "../../schemas/artefact.ts";
import type { Endpoint } from "../endpoint.ts";
import type { PostgresSoftware } from "../postgres-software.ts";
import { Directory, Exec, File, PackageSet } from "../resources.ts";
import { clusterData } from "./postgres-data.ts";
import { builtVector } from "./postgres-vector.ts";

export interface Cluster {
  /** Folder of its data. */
  readonly data: string;
  readonly ready: pulumi.Resource;
}

/**
 * A cluster of our own with data checksums, alike on every platform; the package makes and starts none. Each version has a
 * set of packages of its own: that of the previous version goes last, when its data have been taken over.
 *
 * @param pgvector its source, to be built where the packages have none for this version
 */
export function cluster(
  name: string,
  { host, platform }: Endpoint,
  software: PostgresSoftware,
  pgvector: Artefact | undefined,
  parent: pulumi.Resource,
): Cluster {
  const { version, before, packages, user, group, state } = software;
  const opts = { parent };
  const prepared = Object.entries(before).map(([path, content]) => fileIn(`${name}-before`, host, path, content, opts));
  const installed = new PackageSet(
    `${name}-packages-${version}`,
    { host, name: `${name}-${version}`, packages },
    { parent, dependsOn: prepared },
  );
  const vector = pgvector
    ? [builtVector(`${name}-vector`, { host, platform }, software, pgvector, { parent, dependsOn: [installed] })]
    : [];
  const folder = new Directory(
    `${name}-state`,
    { host, path: state, owner: user, group },
    { parent, dependsOn: [installed] },
  );
  const data = `${state}/${version}/groundwork`;
  const ready = new Exec(
    `${name}-cluster`,
    { host, name: `${name}-cluster`, user, ...clusterData(software, data) },
    { parent, dependsOn: [folder, ...vector] },
  );
  return { data, ready };
}

/** Holds the packages of the version that serves: after an upgrade that failed they are those of the previous version. */
export const packagesInUse = (
  name: string,
  host: string,
  { packages }: PostgresSoftware,
  opts: pulumi.CustomResourceOptions,
): PackageSet => new PackageSet(`${name}-packages-in-use`, { host, name, packages }, opts);

/** A file with the two folders above it. */
function fileIn(name: string, host: string, path: string, content: string, opts: pulumi.CustomResourceOptions): File {
  const folder = path.slice(0, path.lastIndexOf("/"));
  const above = new Directory(`${name}-above`, { host, path: folder.slice(0, folder.lastIndexOf("/")) }, opts);
  const made = new Directory(`${name}-folder`, { host, path: folder }, { ...opts, dependsOn: [above] });
  return new File(`${name}-file`, { host, path, content }, { ...opts, dependsOn: [made] });
}

import type * as pulumi from "@pulumi/pulumi";

import type { PostgresSoftware } from "../postgres-software.ts";
import { Directory, Exec, File, PackageSet } from "../resources.ts";

/** Data of another major version is no cluster of this one, and nobody's to leave behind unseen. */
const check = `[ -f "$1/PG_VERSION" ] && exit
for other in "$2"/*/groundwork/PG_VERSION; do
  [ -f "$other" ] || continue
  echo "\${other%/PG_VERSION} holds the data of PostgreSQL $(cat "$other"), which this version cannot read: dump it, stop the server, move that folder away, then \\\`up\\\` and restore the dump" >&2
  exit 2
done
exit 1`;

export interface Cluster {
  /** Folder of its data. */
  readonly data: string;
  readonly packages: pulumi.Resource;
  readonly ready: pulumi.Resource;
}

/** A cluster of our own with data checksums, alike on every platform; the package makes and starts none. */
export function cluster(name: string, host: string, software: PostgresSoftware, parent: pulumi.Resource): Cluster {
  const { version, before, packages, user, group, state, programs } = software;
  const opts = { parent };
  const prepared = Object.entries(before).map(([path, content]) => fileIn(`${name}-before`, host, path, content, opts));
  const installed = new PackageSet(`${name}-packages`, { host, name, packages }, { parent, dependsOn: prepared });
  const folder = new Directory(
    `${name}-state`,
    { host, path: state, owner: user, group },
    { parent, dependsOn: [installed] },
  );
  const data = `${state}/${version}/groundwork`;
  const locale = ["--encoding=UTF8", "--locale=C", "--locale-provider=icu", "--icu-locale=und"]; // alike everywhere
  const ready = new Exec(
    `${name}-cluster`,
    {
      host,
      name: `${name}-cluster`,
      user,
      check: ["sh", "-c", check, "check", data, state],
      command: [
        `${programs}/initdb`,
        `--pgdata=${data}`,
        `--username=${user}`,
        "--data-checksums",
        "--auth=peer",
        ...locale,
      ],
    },
    { parent, dependsOn: [folder] },
  );
  return { data, packages: installed, ready };
}

/** A file with the two folders above it. */
function fileIn(name: string, host: string, path: string, content: string, opts: pulumi.CustomResourceOptions): File {
  const folder = path.slice(0, path.lastIndexOf("/"));
  const above = new Directory(`${name}-above`, { host, path: folder.slice(0, folder.lastIndexOf("/")) }, opts);
  const made = new Directory(`${name}-folder`, { host, path: folder }, { ...opts, dependsOn: [above] });
  return new File(`${name}-file`, { host, path, content }, { ...opts, dependsOn: [made] });
}

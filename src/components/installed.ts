import type * as pulumi from "@pulumi/pulumi";

import { Group, PackageSet, User } from "./resources.ts";
import type { Software } from "./software.ts";

/** Packages and account of a program: what its configuration and its daemon stand on. */
export function installed(
  name: string,
  host: string,
  { packages, user, group, made, state, daemon }: Software,
  opts: { parent: pulumi.ComponentResource },
): pulumi.Resource[] {
  const parts: pulumi.Resource[] = [];
  if (Object.keys(packages).length > 0) {
    parts.push(new PackageSet(`${name}-packages`, { host, name: daemon, packages }, opts));
  }
  if (made) {
    const owned = new Group(`${name}-group`, { host, name: group, system: true }, opts);
    parts.push(new User(`${name}-user`, { host, name: user, group: owned.name, home: state, system: true }, opts));
  }
  return parts;
}

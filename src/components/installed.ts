import type * as pulumi from "@pulumi/pulumi";

import type { Artefact } from "../schemas/artefact.ts";
import type { Endpoint } from "./endpoint.ts";
import { Directory, Group, PackageSet, User } from "./resources.ts";
import { releasedProgram, type Software } from "./software.ts";
import { unpacked } from "./unpacked.ts";

type Options = Pick<pulumi.CustomResourceOptions, "parent" | "dependsOn">;
type Place = Pick<Endpoint, "host" | "platform">;

export interface Installed {
  /** Absolute path, of its package or in its artefact. */
  readonly program: string;
  /** What its artefact became; `undefined`: it comes as a package. */
  readonly folder: string | undefined;
  /** What its configuration and its daemon stand on. */
  readonly parts: pulumi.Resource[];
  /** Its daemon starts anew when its artefact became another one. */
  readonly restartOn: Record<string, pulumi.Input<string>>;
}

/**
 * Program, account and folders.
 *
 * @param artefact where the program comes from instead of its package, which is left out unless it makes the account
 */
export function installed(
  name: string,
  place: Place,
  software: Software,
  opts: Options,
  artefact?: Artefact,
): Installed {
  const { host } = place;
  const { tools, daemon, made } = software;
  const packages = { ...(artefact && made ? {} : software.packages), ...tools };
  const fetched =
    Object.keys(packages).length > 0
      ? [new PackageSet(`${name}-packages`, { host, name: daemon, packages }, opts)]
      : [];
  const parts = made ? [...fetched, ...prepared(name, host, software, { ...opts, dependsOn: fetched })] : fetched;
  if (!artefact) return { program: software.program, folder: undefined, parts, restartOn: {} };
  const { program, folder, archive } = unpacked(name, place, artefact, opts, releasedProgram(software));
  return { program, folder, parts: [...parts, archive], restartOn: { artefact: archive.unpacked } };
}

function prepared(
  name: string,
  host: string,
  { user, group, configuration, state }: Software,
  opts: Options,
): pulumi.Resource[] {
  const account = user === "root" ? [] : accountOf(name, host, { user, group, state }, opts);
  const own = { ...opts, dependsOn: account.length > 0 ? account : opts.dependsOn };
  return [
    ...account,
    new Directory(`${name}-folder`, { host, path: configuration }, opts),
    new Directory(`${name}-state`, { host, path: state, owner: user, group, mode: "0750" }, own),
  ];
}

/** User and group of the same program. */
export function accountOf(
  name: string,
  host: string,
  { user, group, state }: Pick<Software, "user" | "group" | "state">,
  opts: Options,
): pulumi.Resource[] {
  const owned = new Group(`${name}-group`, { host, name: group, system: true }, opts);
  return [owned, new User(`${name}-user`, { host, name: user, group: owned.name, home: state, system: true }, opts)];
}

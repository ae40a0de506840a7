import { z } from "zod";

import { packageSetSchema } from "../../schemas/package-set.ts";
import type { Host } from "../host.ts";
import type { InstalledPackage } from "../platforms/platform.ts";
import { defineResource } from "../resource.ts";
import { linesOf, noted } from "./note.ts";
import { change, install } from "./package-installs.ts";

/** Kept on the host: what the set wants, and which of it was absent before and is therefore its own to remove. */
const record = z.strictObject({ packages: z.record(z.string(), z.string()), installed: z.array(z.string()) });
type SetRecord = z.output<typeof record>;

const kind = "packages";

/** Holds packages of the host's package manager. */
export default defineResource(packageSetSchema, {
  name: ({ name }) => name,
  identify: (name) => ({ name }),

  async observe(host, desired) {
    const before = await readRecord(host, desired.name);
    const wanted: Record<string, string> | undefined = desired.packages ?? before?.packages; // an import has none
    if (!wanted) return undefined;
    const states = await readStates(host, Object.keys(wanted));
    const packages = Object.fromEntries(
      [...states].flatMap(([name, state]) => (state ? [[name, spelled(state, wanted[name])]] : [])),
    );
    if (!before && [...states.values()].every((state) => !state)) return undefined;
    return { name: desired.name, packages };
  },

  async reconcile(host, { name, packages, recommends, lockTimeoutSec }) {
    const { packages: manager, records } = host.platform;
    const before = await readRecord(host, name);
    const states = await readStates(host, Object.keys(packages));
    const absent = [...states].flatMap(([name, state]) => (state ? [] : [name]));
    const own = [...new Set([...(before?.installed ?? []), ...absent])].sort();
    const dropped = own.filter((name) => !(name in packages));

    // Before the install: after a crash nobody could tell what was there before.
    const note = (installed: string[]) =>
      host.run(records.write(kind, name, JSON.stringify({ packages, installed } satisfies SetRecord)));
    await note(own);
    host.remember(records.of(kind), name);
    for (const name of Object.keys(packages)) host.remember(manager.installed, name);

    const missing = Object.entries(packages).filter(([name, version]) => {
      const state = states.get(name);
      return !state || spelled(state, version) !== version;
    });
    if (missing.length > 0) {
      const wanted = missing.map(([name, version]) => (version === "*" ? { name } : { name, version }));
      await install(host, wanted, { recommends, lockTimeoutSec });
    }
    if (dropped.length > 0) {
      await removeOwn(host, name, dropped, lockTimeoutSec);
      await note(own.filter((name) => name in packages));
    }
  },

  list: (host) => linesOf(host, host.platform.records.names(kind)),

  async remove(host, { name, lockTimeoutSec }) {
    const { packages: manager, records } = host.platform;
    const before = await readRecord(host, name);
    if (!before) return;
    await removeOwn(host, name, before.installed, lockTimeoutSec);
    await host.run(records.remove(kind, name));
    host.forget(records.of(kind), name);
    for (const name of Object.keys(before.packages)) host.forget(manager.installed, name);
  },
});

/** As a program would declare it; a half-way state is no version at all. */
function spelled({ state, version }: InstalledPackage, wanted: string | undefined): string {
  if (state !== "installed") return `${version} (${state})`;
  return wanted === "*" ? "*" : version;
}

async function readStates(host: Host, names: readonly string[]): Promise<Map<string, InstalledPackage | undefined>> {
  const { installed } = host.platform.packages;
  return new Map(await Promise.all(names.map(async (name) => [name, await host.read(installed, name)] as const)));
}

async function readRecord(host: Host, name: string): Promise<SetRecord | undefined> {
  return noted(await host.read(host.platform.records.of(kind), name), record);
}

/** Removes what no other set of this host has too. */
async function removeOwn(host: Host, set: string, own: readonly string[], lockTimeoutSec: number): Promise<void> {
  const { packages, records } = host.platform;
  const others = (await linesOf(host, records.names(kind))).filter((name) => name !== set);
  const shared = (await Promise.all(others.map((name) => readRecord(host, name)))).flatMap((other) =>
    Object.keys(other?.packages ?? {}),
  );
  const removable = own.filter((name) => !shared.includes(name));
  if (removable.length > 0) await change(host, packages.remove(removable, { lockTimeoutSec }));
}

import { packageSetSchema } from "../../schemas/package-set.ts";
import type { Host } from "../host.ts";
import type { InstalledPackage } from "../platforms/platform.ts";
import { defineResource } from "../resource.ts";
import { isObject } from "../values.ts";
import { install, remove } from "./package-orders.ts";
import { inTurn, readRecord, recordedSets, recordOf, type SetRecord, writeRecord } from "./package-record.ts";

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

  /** Half-way is what somebody is about to finish, such as another set of this run. */
  async shipped(_, { path: [, name] }, { packages }) {
    return isObject(packages) && String(packages[String(name)]).endsWith(")");
  },

  async reconcile(host, { name, packages, recommends, lockTimeoutSec }) {
    const { own, states } = await inTurn(host, () => claim(host, name, packages));
    host.remember(recordOf(host), name);
    for (const name of Object.keys(packages)) host.remember(host.platform.packages.installed, name);

    const missing = Object.entries(packages).filter(([name, version]) => {
      const state = states.get(name);
      return !state || spelled(state, version) !== version;
    });
    if (missing.length > 0) {
      const wanted = missing.map(([name, version]) => (version === "*" ? { name } : { name, version }));
      await install({ host, packages: wanted, options: { recommends, lockTimeoutSec } });
    }
    const dropped = own.filter((name) => !(name in packages));
    if (dropped.length > 0) await remove({ host, leaves: [{ set: name, own: dropped, whole: false }], lockTimeoutSec });
  },

  list: recordedSets,

  async remove(host, { name, lockTimeoutSec }) {
    const before = await readRecord(host, name);
    if (!before) return;
    await remove({ host, leaves: [{ set: name, own: before.installed, whole: true }], lockTimeoutSec });
    host.forget(recordOf(host), name);
    for (const name of Object.keys(before.packages)) host.forget(host.platform.packages.installed, name);
  },
});

/** Notes what the set wants and what of it is its own, before the install: after a crash nobody could tell what was there. */
async function claim(host: Host, set: string, packages: SetRecord["packages"]) {
  const before = await readRecord(host, set);
  const states = await readStates(host, Object.keys(packages));
  const absent = [...states].flatMap(([name, state]) => (state ? [] : [name]));
  const own = [...new Set([...(before?.installed ?? []), ...absent])].sort();
  await writeRecord(host, set, { packages, installed: own });
  return { own, states };
}

/** As a program would declare it; a half-way state is no version at all. */
function spelled({ state, version }: InstalledPackage, wanted: string | undefined): string {
  if (state !== "installed") return `${version} (${state})`;
  return wanted === "*" ? "*" : version;
}

async function readStates(host: Host, names: readonly string[]): Promise<Map<string, InstalledPackage | undefined>> {
  const { installed } = host.platform.packages;
  return new Map(await Promise.all(names.map(async (name) => [name, await host.read(installed, name)] as const)));
}

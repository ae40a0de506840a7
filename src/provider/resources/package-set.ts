import { packageSetSchema } from "../../schemas/package-set.ts";
import type { Host } from "../host.ts";
import type { Doings, InstalledPackage, WantedPackage } from "../platforms/platform.ts";
import { defineResource } from "../resource.ts";
import { isObject } from "../values.ts";
import { install, remove } from "./package-orders.ts";
import {
  areNone,
  inTurn,
  isExact,
  ofEach,
  readRecord,
  recordedSets,
  recordOf,
  type SetRecord,
  wants,
  writeRecord,
} from "./package-record.ts";

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
      [...states].flatMap(([name, state]) =>
        state ? [[name, spelled(host, state, { name, version: wanted[name] })]] : [],
      ),
    );
    if (!before && [...states.values()].every((state) => !state)) return undefined;
    return { name: desired.name, packages };
  },

  /** Half-way is what somebody is about to finish, such as another set of this run; a mark is nobody's work. */
  async shipped(_, { path: [, name] }, { packages }) {
    return isObject(packages) && String(packages[String(name)]).endsWith(")");
  },

  async reconcile(host, { name, packages, recommends, lockTimeoutSec }) {
    const { own, states } = await inTurn(host, () => claim(host, name, packages));
    host.remember(recordOf(host), name);
    for (const name of Object.keys(packages)) host.remember(host.platform.packages.installed, name);

    const missing = Object.entries(packages).filter(([name, version]) => {
      const state = states.get(name);
      return !state || spelled(host, state, { name, version }) !== version;
    });
    if (missing.length > 0) {
      const wanted = missing.map(([name, version]) => (version === "*" ? { name } : { name, version }));
      await install({ host, packages: wanted, options: { recommends, lockTimeoutSec } });
    }
    const dropped = ofEach((doing) => own[doing].filter((one) => !wants(packages, doing, one)));
    if (!areNone(dropped)) await remove({ host, leaves: [{ set: name, own: dropped, whole: false }], lockTimeoutSec });
  },

  list: recordedSets,

  async remove(host, { name, lockTimeoutSec }) {
    const before = await readRecord(host, name);
    if (!before) return;
    await remove({ host, leaves: [{ set: name, own: before, whole: true }], lockTimeoutSec });
    host.forget(recordOf(host), name);
    for (const name of Object.keys(before.packages)) host.forget(host.platform.packages.installed, name);
  },
});

/** Notes what the set wants and what of it is its own, before the install: after a crash nobody could tell what was there. */
async function claim(host: Host, set: string, packages: SetRecord["packages"]) {
  const before = await readRecord(host, set);
  const states = await readStates(host, Object.keys(packages));
  const does: Record<keyof Doings, (name: string) => boolean> = {
    installed: (name) => !states.get(name),
    automatic: (name) => states.get(name)?.automatic === true && !before?.installed.includes(name),
    held: (name) => isExact(packages[name]) && !states.get(name)?.held,
  };
  const own = ofEach((doing) => [...(before?.[doing] ?? []), ...Object.keys(packages).filter(does[doing])]);
  await writeRecord(host, set, { packages, ...own });
  return { own, states };
}

/** As a program would declare it; what is half-way, or may go or change with others, is not as declared. */
function spelled(host: Host, { state, version, automatic, held }: InstalledPackage, asked: WantedPackage): string {
  if (state !== "installed") return `${version} (${state})`;
  if (automatic) return `${version} (only as a dependency)`;
  if (asked.version === undefined || asked.version === "*") return asked.version ?? version;
  if (!host.platform.packages.suits(version, asked)) return version;
  return held === false ? `${version} (not held)` : asked.version;
}

async function readStates(host: Host, names: readonly string[]): Promise<Map<string, InstalledPackage | undefined>> {
  const { installed } = host.platform.packages;
  return new Map(await Promise.all(names.map(async (name) => [name, await host.read(installed, name)] as const)));
}

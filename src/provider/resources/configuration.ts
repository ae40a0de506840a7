import { configurationSchema } from "../../schemas/configuration.ts";
import type { Desired } from "../../schemas/resource-schema.ts";
import { HostError } from "../errors.ts";
import type { Host } from "../host.ts";
import { linesIn, linesOf } from "../lines.ts";
import {
  adoptConfiguration,
  applyConfiguration,
  removeConfiguration,
  unfinished,
} from "../platforms/posix/configuration.ts";
import { files } from "../platforms/posix/files.ts";
import { carryOut } from "../platforms/posix/outcome.ts";
import { found, type Writing } from "../platforms/posix/safe-write.ts";
import { defineResource } from "../resource.ts";
import { sha256 } from "../sha256.ts";
import { isObject, same, type Values } from "../values.ts";
import { importedFile, isLeft, type ObservedFile, observedFile, refuseDescription } from "./observed-file.ts";
import { pathTurns } from "./path-turns.ts";

type Configuration = Desired<typeof configurationSchema>;

/** Shown among the files, so that a run that ended half-way is a difference and the next one finishes it. */
const INTERRUPTED = "(an earlier run ended before its service took the files in)";

const declareFiles = "declare the Configuration with the text that it should hold; `up` adopts equal files unchanged";

/** Holds the files of one program, and lets it take them in only when they are valid and keep it healthy. */
export default defineResource(configurationSchema, {
  name: ({ name }) => name,
  holds: ({ name, files }) => [`configuration ${name}`, ...(isObject(files) ? Object.keys(files) : [])],
  identify: (name) => ({ name }),

  async observe(host, { name, files: wanted }) {
    const paths = wanted ? Object.keys(wanted) : await noted(host, name);
    const { there, halfway } = await seen(host, name, paths, wanted);
    if (there.length === 0 && !halfway) return undefined;
    return {
      host: host.name,
      name,
      files: { ...Object.fromEntries(there), ...(halfway && { [INTERRUPTED]: {} }) },
      digest: digest(there, await Promise.all(there.map(([path]) => host.read(files, path)))),
    };
  },

  async shipped(host, { path: [, path] }) {
    return typeof path === "string" && host.read(host.platform.packages.shipped, path);
  },

  async reconcile(host, desired, _, recorded) {
    const { name } = desired;
    const paths = Object.keys(desired.files);
    const before = isObject(recorded?.["files"]) ? Object.keys(recorded["files"]) : [];
    const had = new Set([...before.filter((path) => path.startsWith("/")), ...(await noted(host, name))]);
    const drop = [...had].filter((path) => !paths.includes(path));
    await host.shared(pathTurns).take([...paths, ...drop], () => settle(host, desired, drop, recorded));
    for (const path of [...paths, unfinished(name)]) host.remember(files, path);
    for (const path of drop.filter((path) => !host.isHeld(path))) host.forget(files, path);
  },

  async remove(host, { name, files: held }) {
    const had = new Set([...Object.keys(held).filter((path) => path !== INTERRUPTED), ...(await noted(host, name))]);
    const paths = [...had].filter((path) => !host.isHeld(path));
    await host.shared(pathTurns).take(paths, () => carryOut(host, removeConfiguration(name, paths)));
    for (const path of [...paths, unfinished(name)]) host.forget(files, path);
  },

  list: (host) => linesOf(host, host.platform.records.names("configuration")),
});

/** Looks again first: another resource may just have had its turn at a path. */
async function settle(host: Host, desired: Configuration, had: string[], recorded: Values | undefined): Promise<void> {
  const { name, files: wanted } = desired;
  const drop = had.filter((path) => !host.isHeld(path));
  const paths = Object.keys(wanted);
  const { there, halfway } = await seen(host, name, paths, wanted);
  const live = new Map(there);
  const changed = paths.filter((path) => !same(live.get(path), wanted[path]));
  await unchanged(host, changed, recorded);
  if (there.length + drop.length > 0 && !recorded) await carryOut(host, found([...paths, ...drop]));

  // Files that somebody else wrote as they are now wanted: another probe tells whether the service has read them.
  const unsure = recorded !== undefined && !same(recorded["healthy"], desired.healthy);
  if (changed.length > 0 || drop.length > 0 || halfway || unsure) {
    await carryOut(host, await transaction(host, desired, changed, drop));
  } else {
    await carryOut(host, adoptConfiguration(name, paths));
  }
}

/** The files that are there, and whether a run ended half-way. @param wanted `undefined` in an import */
async function seen(host: Host, name: string, paths: string[], wanted: Partial<Configuration["files"]> | undefined) {
  const see = (path: string) =>
    wanted ? observedFile(host, path, wanted[path] ?? {}) : importedFile(host, path, declareFiles);
  const found = await Promise.all(paths.map(see));
  const there = paths.flatMap((path, index) => (found[index] ? [[path, found[index]] as const] : []));
  return { there, halfway: (await host.read(files, unfinished(name))) !== undefined };
}

/** The paths that the host itself knows this configuration by: also those of a run that nobody recorded. */
async function noted(host: Host, name: string): Promise<string[]> {
  const note = await host.read(host.platform.records.of("configuration"), name);
  return linesIn(note ?? "");
}

/** Refuses where a file is neither as desired nor as it was when it was last read. */
async function unchanged(host: Host, changed: string[], recorded: Values | undefined): Promise<void> {
  const read = (recorded?.["files"] ?? {}) as Record<string, ObservedFile>;
  for (const path of changed.filter((path) => read[path])) {
    const { content } = read[path] as { content: string };
    const [live, shown] = await Promise.all([{ content }, {}].map((wanted) => observedFile(host, path, wanted)));
    if (!live || live.content === content || shown?.content === content) continue;
    const advice = "nothing was written; run again to see the difference";
    throw new HostError(host.name, `${path} changed since it was read, by somebody else: ${advice}`);
  }
}

async function transaction(host: Host, desired: Configuration, changed: string[], drop: string[]) {
  const { files: wanted, activate, settleSec } = desired;
  const write = await Promise.all(
    changed.map(async (path): Promise<Writing> => {
      const [over, file] = [await host.read(files, path), wanted[path] as Configuration["files"][string]];
      if (isLeft(over, file.content)) return { path, over, ...file, content: undefined };
      refuseDescription(host, path, file.content);
      return { path, over, ...file };
    }),
  );
  const { services } = host.platform;
  const runs = activate !== undefined && (await host.read(services.unit, activate.unit))?.running === true;
  return applyConfiguration({
    ...desired,
    paths: Object.keys(wanted),
    write,
    drop,
    activate: runs ? services[activate.action](activate.unit) : undefined,
    steady: runs ? services.steady(activate.unit, Math.ceil(settleSec)) : undefined,
  });
}

function digest(there: (readonly [string, ObservedFile])[], entries: ({ sha256?: string } | undefined)[]): string {
  const lines = there.map(([path, { mode, owner, group }], index) =>
    JSON.stringify([path, mode, owner, group, entries[index]?.sha256]),
  );
  return sha256(lines.sort().join("\n"));
}

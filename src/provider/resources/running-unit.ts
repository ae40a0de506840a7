// What services, daemons and timers share: a unit that is up with what it should have been started with, or is not.
import { z } from "zod";

import { digests } from "../../schemas/unit.ts";
import type { Command, Host } from "../host.ts";
import { Orders } from "../orders.ts";
import type { Ready, Switch, Unit } from "../platforms/platform.ts";
import { same } from "../values.ts";
import { noted } from "./note.ts";

/** Noted on the host after each start that succeeded; one that never happened is therefore drift. */
const started = z.strictObject({
  restartOn: digests,
  reloadOn: digests,
  /** Digest of the definition that groundwork wrote. */
  files: z.string().optional(),
});

export type Started = z.output<typeof started>;

const kind = "services";

export interface RunningUnit {
  readonly unit: Unit;
  /** `undefined`: not started by us, so nothing is known of what it was started with. */
  readonly started: Started | undefined;
}

export async function findUnit(host: Host, name: string): Promise<RunningUnit | undefined> {
  const { services, records } = host.platform;
  const [unit, record] = await Promise.all([host.read(services.unit, name), host.read(records.of(kind), name)]);
  const enabled = unit?.generated && services.generated ? await host.read(services.generated, name) : unit?.enabled;
  return unit && { unit: { ...unit, enabled }, started: noted(record, started) };
}

export interface WantedUnit {
  readonly name: string;
  readonly running: boolean;
  readonly enabled: boolean;
  /** What it must have been started with; a part that is `undefined` does not matter. */
  readonly started: Partial<Started>;
  readonly ready?: Ready;
  /** What a start or restart is a part of. */
  readonly within?: (up: Command) => Command;
}

/** In the spelling of the inputs. */
export function observeUnit({ unit, started }: RunningUnit, wanted: Partial<WantedUnit>) {
  const up = unit.running === true;
  const files = wanted.started?.files;
  const older = up && (unit.needsReread || (files !== undefined && started?.files !== files));
  return {
    running: older ? "with an older definition" : unit.running,
    enabled: observedEnabled(unit, wanted.enabled),
    // What does not run was started with nothing that could be out of date.
    restartOn: up ? started?.restartOn : wanted.started?.restartOn,
    reloadOn: up ? started?.reloadOn : wanted.started?.reloadOn,
  };
}

function observedEnabled({ enabled }: Unit, wanted: boolean | undefined): boolean | "masked" | undefined {
  if (enabled === "masked" && wanted === false) return false;
  return enabled ?? wanted; // units that others start have no say in it
}

export async function reconcileUnit(host: Host, wanted: WantedUnit, found: RunningUnit): Promise<void> {
  const { services, records } = host.platform;
  const { name } = wanted;
  const observed = observeUnit(found, wanted);
  host.remember(services.unit, name);
  host.remember(records.of(kind), name);

  const masked = found.unit.enabled === "masked" && (wanted.enabled || wanted.running);
  const switched = observed.enabled !== wanted.enabled;
  const switches: Switch[] = [
    ...(masked ? [["unmask", name] as const] : []),
    ...(switched ? [[wanted.enabled ? "enable" : "disable", name] as const] : []),
  ];
  if (switches.length > 0 || found.unit.needsReread) await reread(host, switches);

  if (!wanted.running) {
    if (observed.running !== false) await host.run(services.stop(name));
    await forgetStart(host, name);
  } else if (observed.running !== true) {
    // A start does nothing to what runs already with an older definition, or is on its way up or down.
    await start(host, wanted, found, observed.running === false ? "start" : "restart");
  } else if (moved(wanted.started.restartOn, found.started?.restartOn)) {
    await start(host, wanted, found, "restart");
  } else if (moved(wanted.started.reloadOn, found.started?.reloadOn)) {
    host.progress(`reloads ${name}`);
    await host.run(services.reload(name, wanted.ready));
    await noteStart(host, wanted, found.started);
  }
}

const moved = (wanted: unknown, live: unknown): boolean => wanted !== undefined && !same(wanted, live);

async function start(
  host: Host,
  wanted: WantedUnit,
  { started }: RunningUnit,
  verb: "start" | "restart",
): Promise<void> {
  const { name, ready, within = (up) => up } = wanted;
  host.progress(`${verb}s ${name}`);
  if (started) await forgetStart(host, name);
  await host.run(within(host.platform.services[verb](name, ready)));
  await noteStart(host, wanted);
}

export async function noteStart(
  host: Host,
  { name, started }: Pick<WantedUnit, "name" | "started">,
  before?: Started,
): Promise<void> {
  const { restartOn = before?.restartOn ?? {}, reloadOn = before?.reloadOn ?? {}, files = before?.files } = started;
  const record: Started = { restartOn, reloadOn, files };
  await host.run(host.platform.records.write(kind, name, JSON.stringify(record)));
}

/** From here on nothing is known of what the process was started with. */
export async function forgetStart(host: Host, name: string): Promise<void> {
  await host.run(host.platform.records.remove(kind, name));
}

/** Stops it; success when there is none. @returns what was there before */
export async function stopUnit(host: Host, name: string): Promise<Unit | undefined> {
  const { services } = host.platform;
  const unit = await host.read(services.unit, name);
  if (unit && unit.running !== false) await host.run(services.stop(name));
  return unit;
}

interface Reread {
  readonly host: Host;
  readonly switches: readonly Switch[];
}

/** Has the service manager throw switches and read its definitions again: all of them, for whoever asks meanwhile. */
export const reread = (host: Host, switches: readonly Switch[] = []): Promise<void> =>
  host.shared(rereads).add({ host, switches });

const rereads = () => new Orders<Reread>(readAgain, joined);

const joined = (orders: readonly Reread[]): Reread | undefined =>
  orders[0] && { host: orders[0].host, switches: orders.flatMap(({ switches }) => switches) };

async function readAgain({ host, switches }: Reread): Promise<void> {
  const command = host.platform.services.reread(switches);
  if (command) await host.run(command);
}

/** Leaves the unit as it is and drops all notes of it. */
export async function forgetUnit(host: Host, name: string): Promise<void> {
  const { services, records } = host.platform;
  await forgetStart(host, name);
  host.forget(services.unit, name);
  host.forget(records.of(kind), name);
}

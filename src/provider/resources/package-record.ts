// Kept on the host: what a package set wants, and what it did for that, which is its own to take back.
import { z } from "zod";

import type { Fact, Host } from "../host.ts";
import { linesOf } from "../lines.ts";
import type { Doings } from "../platforms/platform.ts";
import { Turns } from "../turns.ts";
import { noted } from "./note.ts";

const names = z.array(z.string());

const record = z.strictObject({
  packages: z.record(z.string(), z.string()),
  installed: names,
  automatic: names.default([]), // older records know nothing of these two
  held: names.default([]),
});
export type SetRecord = z.output<typeof record>;

export const doings = ["installed", "automatic", "held"] as const;

/** What is there of each kind. */
export const ofEach = (list: (doing: keyof Doings) => Iterable<string>): Doings => {
  const sorted = (doing: keyof Doings): string[] => [...new Set(list(doing))].sort();
  return { installed: sorted("installed"), automatic: sorted("automatic"), held: sorted("held") };
};

export const areNone = (done: Doings): boolean => doings.every((doing) => done[doing].length === 0);

/** Whether a set that wants these packages wants that done to one of them: only an exact version is held. */
export const wants = (packages: SetRecord["packages"], doing: keyof Doings, name: string): boolean =>
  name in packages && (doing !== "held" || isExact(packages[name]));

export const isExact = (version: string | undefined): boolean => version !== undefined && version !== "*";

const kind = "packages";

export const recordOf = (host: Host): Fact<string | undefined> => host.platform.records.of(kind);

export const readRecord = async (host: Host, set: string): Promise<SetRecord | undefined> =>
  noted(await host.read(recordOf(host), set), record);

export const writeRecord = (host: Host, set: string, text: Pick<SetRecord, "packages"> & Doings): Promise<unknown> =>
  host.run(host.platform.records.write(kind, set, JSON.stringify(text)));

export const removeRecord = (host: Host, set: string): Promise<unknown> =>
  host.run(host.platform.records.remove(kind, set));

/** Names of the host's sets. */
export const recordedSets = (host: Host): Promise<string[]> => linesOf(host, host.platform.records.names(kind));

/** While one set sees what is there and notes what is its own, no other takes away or passes on. */
export const inTurn = <Result>(host: Host, work: () => Promise<Result>): Promise<Result> =>
  host.shared(turns).take([kind], work);

const turns = () => new Turns();

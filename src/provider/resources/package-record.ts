// Kept on the host: what a package set wants, and which of it was absent before and is therefore its own to remove.
import { z } from "zod";

import type { Fact, Host } from "../host.ts";
import { linesOf } from "../lines.ts";
import { Turns } from "../turns.ts";
import { noted } from "./note.ts";

const record = z.strictObject({ packages: z.record(z.string(), z.string()), installed: z.array(z.string()) });
export type SetRecord = z.output<typeof record>;

const kind = "packages";

export const recordOf = (host: Host): Fact<string | undefined> => host.platform.records.of(kind);

export const readRecord = async (host: Host, set: string): Promise<SetRecord | undefined> =>
  noted(await host.read(recordOf(host), set), record);

export const writeRecord = (host: Host, set: string, text: SetRecord): Promise<unknown> =>
  host.run(host.platform.records.write(kind, set, JSON.stringify(text)));

export const removeRecord = (host: Host, set: string): Promise<unknown> =>
  host.run(host.platform.records.remove(kind, set));

/** Names of the host's sets. */
export const recordedSets = (host: Host): Promise<string[]> => linesOf(host, host.platform.records.names(kind));

/** While one set sees what is there and notes what is its own, no other takes away or passes on. */
export const inTurn = <Result>(host: Host, work: () => Promise<Result>): Promise<Result> =>
  host.shared(turns).take([kind], work);

const turns = () => new Turns();

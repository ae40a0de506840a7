// What daemons and timers share: files that define a program to the service manager, and the unit made of them.
import { z } from "zod";

import type { daemonSchema } from "../../schemas/daemon.ts";
import type { jobInputs } from "../../schemas/job.ts";
import type { Desired } from "../../schemas/resource-schema.ts";
import { CommandFailed, HostError } from "../errors.ts";
import type { Command, Host } from "../host.ts";
import { linesOf } from "../lines.ts";
import type { Definition, JobFiles } from "../platforms/platform.ts";
import { keepJob, putJobBack, startJob, takeJob, unkeepJob, WENT_BACK } from "../platforms/posix/jobs.ts";
import { sha256 } from "../sha256.ts";
import { same } from "../values.ts";
import { noted } from "./note.ts";
import {
  findUnit,
  forgetStart,
  forgetUnit,
  noteStart,
  observeUnit,
  type RunningUnit,
  reconcileUnit,
  reread,
  stopUnit,
  type WantedUnit,
} from "./running-unit.ts";

const kind = "jobs";

/** The inputs that the files were written from, and what kind of job they are. */
const noteOf = z.looseObject({ kind: z.string() });

export type JobInputs = z.output<z.ZodObject<typeof jobInputs>> &
  Partial<Pick<Desired<typeof daemonSchema>, "restartOn" | "reloadOn">>;

/** Inputs that the files of every job express. */
const expressedByAll = [
  "description",
  "program",
  "arguments",
  "environment",
  "user",
  "group",
  "workingDirectory",
] as const satisfies (keyof JobInputs)[];

export interface JobKind<Job extends JobInputs> {
  readonly kind: "daemon" | "timer";
  readonly inputs: z.ZodType<Job>;
  /** Further inputs that the files express: noted on the host, so that the files can be told from edited ones. */
  readonly expressed: readonly (keyof Job & string)[];
  /** Further ones that are noted: when the job that is there counts as up. */
  readonly noted?: readonly (keyof Job & string)[];
  define(host: Host, job: Job): Definition;
  caveats?(host: Host, job: Job): string[];
  ready?(job: Job): WantedUnit["ready"];
}

interface Found<Job> {
  readonly files: JobFiles;
  /** What the files were written from; `undefined` where they are not ours. */
  readonly written: Job | undefined;
  readonly unit: RunningUnit | undefined;
}

export function jobResource<Job extends JobInputs>(of: JobKind<Job>) {
  const unitName = (host: Host, name: string): string => host.platform.jobs.unitOf(of.kind, name);

  async function find(host: Host, name: string): Promise<Found<Job>> {
    const { jobs, records } = host.platform;
    const [files, record, unit] = await Promise.all([
      host.read(jobs.files, name),
      host.read(records.of(kind), name),
      findUnit(host, unitName(host, name)),
    ]);
    return { files, written: parse(host, name, record), unit };
  }

  function parse(host: Host, name: string, record: string | undefined): Job | undefined {
    const { kind: other, ...inputs } = noted(record, noteOf) ?? { kind: of.kind };
    if (other !== of.kind) {
      throw new HostError(host.name, `${name} is already the name of a ${other} there; give this ${of.kind} another`);
    }
    return record === undefined ? undefined : of.inputs.safeParse({ ...inputs, host: host.name, name }).data;
  }

  const expressed = (job: Job): Partial<Job> => ({
    ...pick(job, [...expressedByAll, ...of.expressed]),
    secretEnvironment: job.secretEnvironment && {}, // whether there is one, never what is in it
  });
  const recordOf = (job: Job): unknown => strip({ ...expressed(job), ...pick(job, of.noted ?? []), kind: of.kind });

  const wanted = (host: Host, job: Job, files: JobFiles): WantedUnit => ({
    name: unitName(host, job.name),
    running: job.running,
    enabled: job.enabled,
    started: { restartOn: job.restartOn, reloadOn: job.reloadOn, files: digest(files) },
  });

  return {
    async observe(host: Host, desired: Job) {
      const { files, written, unit } = await find(host, desired.name);
      if (!isThere(files) || !unit) return undefined;
      return {
        ...(written && expressed(written)),
        ...observeUnit(unit, wanted(host, desired, files)),
        name: desired.name,
        secretEnvironment: observedSecrets(host, files, desired),
        edits: written
          ? edits(of.define(host, written), files)
          : [...Object.keys(files.definition).map(host.platform.jobs.path), ...files.overrides].map(
              (path) => `${path} was not made by groundwork`,
            ),
      };
    },

    async reconcile(host: Host, job: Job): Promise<void> {
      try {
        await write(host, job, await find(host, job.name));
        await bringUp(host, job);
      } catch (error) {
        if (error instanceof CommandFailed) {
          await goBack(host, job.name, error);
          if (of.ready?.(job)?.ports.length === 0 && addressTaken.test(error.message)) error.message += renamedBeside;
        }
        throw error;
      }
      host.remember(host.platform.jobs.files, job.name);
      host.remember(host.platform.records.of(kind), job.name);
    },

    async list(host: Host): Promise<string[]> {
      const names = await linesOf(host, host.platform.records.names(kind));
      const notes = await Promise.all(names.map((name) => host.read(host.platform.records.of(kind), name)));
      return names.filter((_, index) => noted(notes[index], noteOf)?.kind === of.kind);
    },

    async remove(host: Host, { name }: { name: string }): Promise<void> {
      const { jobs, records } = host.platform;
      const before = await stopUnit(host, unitName(host, name));
      await host.run(jobs.remove(name));
      if (before) await reread(host);
      await host.run(records.remove(kind, name));
      await forgetUnit(host, unitName(host, name));
      host.forget(jobs.files, name);
      host.forget(records.of(kind), name);
    },
  };

  /** Writes what differs. Whatever runs then was started with something older, and is marked so first. */
  async function write(host: Host, job: Job, { files, written, unit }: Found<Job>): Promise<void> {
    const { jobs, records } = host.platform;
    const definition = of.define(host, job);
    const environment = job.secretEnvironment && jobs.environment(job.secretEnvironment);
    const stale = Object.entries(definition).filter(([file, text]) => files.definition[file] !== text);
    const staleEnvironment = !sameEnvironment(files, environment, jobs.environmentReader(job));

    if (stale.length > 0 || staleEnvironment || files.overrides.length > 0) {
      await forgetStart(host, unitName(host, job.name));
      if (job.running && unit?.unit.running === true) await host.run(keepJob(job.name, written && of.ready?.(written)));
      if (!written && isThere(files)) await host.run(takeJob(job.name));
      if (staleEnvironment) await host.run(jobs.writeEnvironment(job, environment));
      if (files.overrides.length > 0) await host.run(jobs.removeOverrides(job.name));
    }
    const record = recordOf(job);
    if (!written || !same(recordOf(written), record)) {
      await host.run(records.write(kind, job.name, JSON.stringify(record)));
    }
    for (const [file, text] of stale) await host.run(jobs.write(job, file, text));
    if (stale.length > 0) of.caveats?.(host, job).forEach(host.progress);
    const known = unit !== undefined || isThere(files); // what is new is read when it is asked for
    if (known && (stale.length > 0 || files.overrides.length > 0)) await reread(host);
  }

  async function bringUp(host: Host, job: Job): Promise<void> {
    const { files, unit } = await find(host, job.name);
    if (!unit) throw new HostError(host.name, `the service manager does not see ${unitName(host, job.name)}`);
    const within = (up: Command) => startJob(job.name, up);
    await reconcileUnit(host, { ...wanted(host, job, files), ready: of.ready?.(job), within }, unit);
    if (!job.running) await host.run(unkeepJob(job.name));
  }

  /** After a failure: has what was there before, if anything, and the error say so. */
  async function goBack(host: Host, name: string, error: CommandFailed): Promise<void> {
    if (error.answer.exitCode === WENT_BACK) {
      await noteBefore(host, name).catch(() => undefined); // without the note its next run is a restart
    } else {
      error.message += await host.run(putJobBack(name)).then(
        ({ stdout }) => stdout.toString("utf8").trimEnd(),
        (failed: Error) => `; going back failed too: ${failed.message}`,
      );
    }
  }

  /** It runs as it was defined; what else it read at this start is not known. */
  async function noteBefore(host: Host, name: string): Promise<void> {
    const { files } = await find(host, name);
    await noteStart(host, { name: unitName(host, name), started: { files: digest(files) } });
  }
}

/** Overrides change what a package brings, too. */
const isThere = ({ definition, overrides }: JobFiles): boolean =>
  Object.keys(definition).length > 0 || overrides.length > 0;

const pick = <Job>(job: Job, keys: readonly (keyof Job & string)[]): Partial<Job> =>
  Object.fromEntries(keys.map((key) => [key, job[key]])) as Partial<Job>;

/** As programs of all kinds say it. */
const addressTaken = /address already in use|EADDRINUSE/i;
const renamedBeside =
  "\nanother process has its address; if that is this daemon under its previous name, stop that one and run again. With `listens`, or with the option `deleteBeforeReplace: true`, a rename ends it first";

/** As it comes back from JSON. */
const strip = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

const digest = ({ definition, environment }: JobFiles): string =>
  sha256(JSON.stringify([Object.entries(definition).sort(), environment?.digest ?? null]));

const sameEnvironment = ({ environment }: JobFiles, text: string | undefined, reader: string): boolean =>
  text === undefined ? !environment : environment?.reader === reader && environment.digest === sha256(text);

/** The secrets themselves never come back: their digest says whether they are the desired ones. */
function observedSecrets(host: Host, files: JobFiles, desired: JobInputs): unknown {
  const { jobs } = host.platform;
  const { secretEnvironment } = desired;
  if (!files.environment) return undefined;
  const reader = jobs.environmentReader(desired);
  if (files.environment.reader !== reader) return `(readable by others than ${reader})`;
  const text = secretEnvironment && jobs.environment(secretEnvironment);
  return text !== undefined && sameEnvironment(files, text, reader) ? secretEnvironment : "(differs)";
}

/** Lines that are in one of two definitions only, and files that override it. */
function edits(written: Definition, { definition, overrides }: JobFiles): string[] {
  const lines = [...new Set([...Object.keys(written), ...Object.keys(definition)])].flatMap((file) => {
    const before = written[file]?.split("\n") ?? [];
    const after = definition[file]?.split("\n") ?? [];
    return [
      ...before.filter((line) => !after.includes(line)).map((line) => `${file}: without ${line}`),
      ...after.filter((line) => !before.includes(line)).map((line) => `${file}: with ${line}`),
      ...(before.join("\n") !== after.join("\n") && same(before.toSorted(), after.toSorted())
        ? [`${file}: reordered`]
        : []),
    ];
  });
  return [...lines, ...overrides.map((path) => `overridden by ${path}`)];
}

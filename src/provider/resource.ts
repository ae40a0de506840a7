// The lifecycle, written once: a resource says only how to observe, reconcile and remove one kind of thing.
import { type Desired, managed, type Observed, type ResourceSchema } from "../schemas/resource-schema.ts";
import { HostError, Unreachable } from "./errors.ts";
import type { Host } from "./host.ts";
import { forgetMaking, noteMaking, type Thing, wasMade } from "./making.ts";
import { type Change, changes, pathText, pick, same, type Values } from "./values.ts";

export interface Definition<Schema extends ResourceSchema> {
  /** What names the thing on its host, the last part of its ID: `/etc/motd`. */
  name(desired: Desired<Schema>): string;
  /** What it manages, which no other resource of a program may. @default the thing that it names */
  holds?(desired: Desired<Schema>): string[];
  /** The inputs that a name stands for, so that an ID is enough to import. Throws where the name makes no sense. */
  identify(name: string): Partial<Desired<Schema>>;
  /**
   * What is there now, or `undefined` where nothing is. Returns all it sees, in the spelling of the inputs; what the
   * program did not declare is dropped later. Throws where the answer is not understood, `Unobservable` where it
   * cannot be asked yet. For an import only `host` and what `identify` returned are given. `recorded` is what was
   * seen before: the state, after a change the observation before it; missing where we did not make it.
   */
  observe(host: Host, desired: Desired<Schema>, recorded?: Values): Promise<Observed<Schema> | undefined>;
  /**
   * What the host says against it, asked whenever inputs are checked, so at each preview, before anything is done; and
   * once it is done, when errors are too late to be told. `recorded` is the previous inputs, missing for a new one.
   */
  examine?(host: Host, desired: Desired<Schema>, recorded?: Values): Promise<Finding[]>;
  /**
   * Makes the thing as desired, from whatever was observed. `recorded` is missing where we did not make it; `predecessor`
   * is another thing whose place it takes, and which is removed after it.
   */
  reconcile(
    host: Host,
    desired: Desired<Schema>,
    observed: Observed<Schema> | undefined,
    recorded: Values | undefined,
    predecessor: Desired<Schema> | undefined,
  ): Promise<void>;
  /**
   * Whether what is there instead is nobody's work, so that nothing is lost where a change puts what is desired over it.
   * Asked of a thing that we did not make. @default it is somebody's
   */
  shipped?(host: Host, change: Change, found: Observed<Schema>): Promise<boolean>;
  /** Removes the thing; success when there is none. `made` is false where the host notes what was made, and this was not. */
  remove(host: Host, recorded: Desired<Schema>, made: boolean): Promise<void>;
  /** Kind of the host's notes on what was made here and not only adopted. Left out: a delete need not know. */
  notesOfMaking?: string;
  /** Names of all there are on a host, for discovery and bulk import. */
  list?(host: Host): Promise<string[]>;
}

/** What keeps an operation from starting, or should be known before it does. */
export interface Finding {
  readonly severity: "error" | "warning";
  /** The input that it is about, or a word where it is about none. */
  readonly property: string;
  /** What is wrong, and what to do. */
  readonly said: string;
}

/** What the user should know of a change, whether it goes well or not. */
export interface Hears {
  /** A thing that we did not make was changed. */
  tookOver(changed: readonly Change[]): void;
  /** The thing was there when it was last read, and is no more. */
  lost(): void;
}

/** A resource with its schema, as the registry and the server see it. */
export interface Resource {
  readonly schema: ResourceSchema;
  id(desired: Values): string;
  holds(desired: Values): string[];
  /** State of an existing thing, or `undefined`. With `all`, also what the program does not declare (an import). */
  read(host: Host, desired: Values, all?: boolean, recorded?: Values): Promise<Values | undefined>;
  examine?(host: Host, desired: Values, recorded?: Values): Promise<Finding[]>;
  /** Of a thing that somebody else made, what `apply` would take from it. */
  overwrites(host: Host, desired: Values, found: Values): Promise<Change[]>;
  /**
   * Observe, reconcile, observe; returns the second observation. Throws `Incomplete` where the thing exists but is not as
   * desired. `predecessor` is another thing whose place it takes.
   */
  apply(host: Host, desired: Values, recorded?: Values, hears?: Hears, predecessor?: Values): Promise<Values>;
  remove(host: Host, recorded: Values): Promise<void>;
  identify(name: string): Values;
  list?(host: Host): Promise<string[]>;
}

/** The thing exists, but not as desired: what is there is recorded, the operation fails. */
export class Incomplete extends Error {
  constructor(
    readonly state: Values,
    reason: string,
  ) {
    super(reason);
  }
}

export function defineResource<Schema extends ResourceSchema>(
  schema: Schema,
  definition: Definition<Schema>,
): Resource {
  const inputs = Object.keys(schema.inputs.shape);
  const outputs = Object.keys(schema.outputs.shape);
  const intent = new Set<string>(schema.intent ?? []);
  const { notesOfMaking } = definition;
  const noteOf = (desired: Values): Thing | undefined =>
    notesOfMaking === undefined ? undefined : [notesOfMaking, definition.name(desired as Desired<Schema>)];

  /** Managed inputs with what the machine says of them, and the outputs. */
  const state = (desired: Values, observed: Values, all: boolean): Values => {
    const seen = (all ? inputs : managed(schema, desired)).filter((key) => !intent.has(key) && key !== "host");
    const said = inputs.filter((key) => intent.has(key) || key === "host");
    return { ...pick(desired, said), ...pick(observed, [...seen, ...outputs]) };
  };

  const observe: Resource["read"] = async (host, desired, all = false, recorded) => {
    const observed = await definition.observe(host, desired as Desired<Schema>, recorded);
    return observed && state(desired, observed, all);
  };

  const overwrites: Resource["overwrites"] = async (host, desired, found) => {
    const changed = drift(schema, found, desired).filter(({ kind }) => kind !== "add"); // an addition takes nothing
    const shipped = await Promise.all(
      changed.map((change) => definition.shipped?.(host, change, found as Observed<Schema>)),
    );
    return changed.filter((_, index) => !shipped[index]);
  };

  return {
    schema,
    id: (desired) => `${desired["host"]}/${schema.kind}/${definition.name(desired as Desired<Schema>)}`,
    holds: (desired) =>
      definition.holds?.(desired as Desired<Schema>) ?? [
        `${schema.kind} ${definition.name(desired as Desired<Schema>)}`,
      ],
    identify: (name) => definition.identify(name) as Values,
    read: observe,
    overwrites,

    async apply(host, desired, recorded, hears, predecessor) {
      const before = await definition.observe(host, desired as Desired<Schema>, recorded);
      if (recorded && !before) hears?.lost();
      if (schema.guarded && before && recorded) guard(host, desired, state(desired, before, false), recorded, inputs);

      const lost = before && !recorded ? await overwrites(host, desired, state(desired, before, false)) : [];
      const making = before ? undefined : noteOf(desired);
      if (making) await noteMaking(host, making); // first: after a crash nobody could tell who made it
      try {
        await definition.reconcile(
          host,
          desired as Desired<Schema>,
          before,
          recorded,
          predecessor as Desired<Schema> | undefined,
        );
      } catch (error) {
        if (!(error instanceof Error)) throw error;
        const left = await seen(() => definition.observe(host, desired as Desired<Schema>, before));
        if (making && left === "nothing" && !(error instanceof Unreachable)) {
          await forgetMaking(host, making).catch(() => undefined); // the first error is the one to tell
        }
        const changed = typeof left === "object" && !same(left, before);
        throw changed ? new Incomplete(state(desired, left, false), error.message) : error;
      }

      if (lost.length > 0) hears?.tookOver(lost);

      const after = await observe(host, desired, false, before);
      if (!after) throw new HostError(host.name, "was made, but the machine does not show it");
      const left = drift(schema, after, desired);
      if (left.length > 0) {
        const named = left.map((change) => pathText(change.path)).join(", ");
        throw new Incomplete(after, `${host.name}: the machine still differs after the change in: ${named}`);
      }
      return after;
    },

    ...(definition.examine && {
      examine: (host: Host, desired: Values, recorded?: Values) =>
        definition.examine?.(host, desired as Desired<Schema>, recorded) ?? Promise.resolve([]),
    }),
    async remove(host, recorded) {
      const note = noteOf(recorded);
      const made = note === undefined || (await wasMade(host, note));
      await definition.remove(host, recorded as Desired<Schema>, made);
      if (note && made && !(await definition.observe(host, recorded as Desired<Schema>)))
        await forgetMaking(host, note);
    },
    ...(definition.list && { list: (host: Host) => definition.list?.(host) ?? Promise.resolve([]) }),
  };
}

/** What the program wants otherwise than the machine has it. */
export const drift = (schema: ResourceSchema, observed: Values, desired: Values): Change[] =>
  managed(schema, desired)
    .filter((key) => key !== "host" && !schema.intent?.includes(key))
    .flatMap((key) => changes(observed[key], desired[key], [key]));

/** Refuses to overwrite what somebody changed since it was last read. */
function guard(host: Host, desired: Values, live: Values, recorded: Values, inputs: readonly string[]): void {
  const moved = inputs.filter((key) => key in recorded && key in live && !same(live[key], recorded[key]));
  const foreign = moved.filter((key) => !same(live[key], desired[key]));
  if (foreign.length === 0) return;
  throw new HostError(
    host.name,
    `changed since it was read, by somebody else: ${foreign.join(", ")}. Nothing was written; run again to see the difference`,
  );
}

/** What a failure half-way left behind is recorded, so that the next run knows of it. */
const seen = (observe: () => Promise<Values | undefined>): Promise<Values | "nothing" | "unknown"> =>
  observe().then(
    (found) => found ?? "nothing",
    () => "unknown",
  );

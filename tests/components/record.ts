import * as pulumi from "@pulumi/pulumi";

import { leavePromisesUntraced } from "../../stacks/promise-traces.ts";

leavePromisesUntraced();

export interface Registered {
  readonly type: string;
  readonly name: string;
  /** Name of the component it belongs to. */
  readonly parent: string | undefined;
  /** As the engine gets them; a secret is `{ secret: value }`. */
  readonly inputs: Record<string, unknown>;
}

export interface Recorded<Result> {
  /** Ordered by name. */
  readonly registered: Registered[];
  /** Names of those that each waits for, by its name. */
  readonly waits: Readonly<Record<string, readonly string[]>>;
  readonly result: Result;
}

/** Every resource that `make` registers, with what `make` returns. One at a time. */
export async function record<Result>(make: () => Result | Promise<Result>): Promise<Recorded<Result>> {
  const told: pulumi.runtime.MockResourceArgs[] = [];
  const parents = new Map<string, pulumi.Output<string> | undefined>();
  const urns: pulumi.Output<string>[] = [];
  await pulumi.runtime.setMocks({
    newResource(args) {
      told.push(args);
      return { id: args.name, state: { ...args.inputs, ...computed(args) } };
    },
    call: ({ inputs }) => inputs,
  });
  const waits = watchWaits();
  const results: Result[] = [];
  const failures: unknown[] = [];
  await pulumi.runtime.runInPulumiStack(async () => {
    pulumi.runtime.registerStackTransformation(({ resource, type, name, opts }) => {
      parents.set(`${type} ${name}`, opts.parent?.urn);
      urns.push(pulumi.output(Promise.resolve(resource)).apply(({ urn }) => urn));
      return undefined;
    });
    try {
      results.push(await make());
    } catch (failure) {
      failures.push(failure);
    }
  });
  if (failures.length > 0) throw failures[0];
  await Promise.all(urns.map(settled));

  const registered = told
    .filter(({ type }) => type !== "pulumi:pulumi:Stack")
    .map(async ({ type, name, inputs }) => {
      const urn = parents.get(`${type} ${name}`);
      const parent = urn && (await settled(urn)).split("::").at(-1);
      return { type, name, parent, inputs: plain(inputs) as Registered["inputs"] };
    });
  const ordered = (await Promise.all(registered)).sort((a, b) => (a.name < b.name ? -1 : 1));
  return { registered: ordered, waits, result: results[0] as Result };
}

/** Mocks are not told of it. */
function watchWaits(): Record<string, string[]> {
  const waits: Record<string, string[]> = {};
  const monitor = pulumi.runtime.getMonitor() as unknown as Monitor;
  const register = monitor.registerResource.bind(monitor);
  monitor.registerResource = (request, answer) => {
    waits[request.getName()] = request.getDependenciesList().map((urn) => urn.split("::").at(-1) ?? urn);
    return register(request, answer);
  };
  return waits;
}

interface Monitor {
  registerResource(request: { getName(): string; getDependenciesList(): string[] }, answer: unknown): unknown;
}

export const settled = <T>(output: pulumi.Input<T>): Promise<pulumi.Unwrap<T>> =>
  new Promise((resolve) => pulumi.output(output).apply((value) => resolve(value as pulumi.Unwrap<T>)));

const computed = ({ type, name }: pulumi.runtime.MockResourceArgs): object =>
  type === "random:index/randomPassword:RandomPassword" ? { result: pulumi.secret(`generated for ${name}`) } : {};

/** Marks secrets of the wire. */
const secretMark = "4dabf18193072939515e22adb298388d";

function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== "object" || value === null) return value;
  if (secretMark in value) return { secret: plain((value as { value?: unknown }).value) };
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, item]) => item !== undefined)
      .map(([key, item]) => [key, plain(item)]),
  );
}

// The resource calls: between the engine's envelopes and the lifecycle.
import rpc from "@pulumi/pulumi/proto/provider_pb.js";
import empty from "google-protobuf/google/protobuf/empty_pb.js";

import { managed } from "../../schemas/resource-schema.ts";
import { check, type Failure, refusals } from "../check.ts";
import { NoSuchHost, Unobservable, Unreachable } from "../errors.ts";
import type { Host } from "../host.ts";
import type { HostPool } from "../host-pool.ts";
import { drift, type Hears, Incomplete, type Resource } from "../resource.ts";
import { type Change, holdsUnknown, pathText, pick, unknown, type Values } from "../values.ts";
import { completed, defaults } from "./completed.ts";
import { differences, diffResponse, waits } from "./diff.ts";
import type { EngineLog } from "./engine-log.ts";
import { Holders } from "./holders.ts";
import { requireDeclarable } from "./importing.ts";
import { list } from "./list.ts";
import { OutOfReach } from "./out-of-reach.ts";
import { redact, secretTexts } from "./redact.ts";
import { InitFailed, messageOf } from "./responses.ts";
import { secretPlaces, secretState } from "./secret-places.ts";
import { within } from "./time-limit.ts";
import { covers, type Unwrapped, unwrap, wrap } from "./wire.ts";

/** Why a thing could not be read, in its state until it is: a refresh without this would count it as unchanged. */
const unread = "unread";

/** The program may not declare it any more. */
const letGo =
  "; if it was removed from the configuration, `up` forgets what was there and removes nothing from the host";

export class Calls {
  readonly #resources: ReadonlyMap<string, Resource>;
  readonly #pool: HostPool;
  readonly #log: EngineLog;
  readonly #passwords: readonly string[];
  readonly #holders = new Holders();
  readonly #outOfReach = new OutOfReach();
  /** Inputs of before, by URN: a create is not told in whose place it comes, but the check before it is. */
  readonly #predecessors = new Map<string, Values>();

  constructor(resources: readonly Resource[], pool: HostPool, log: EngineLog, passwords: readonly string[]) {
    this.#resources = new Map(resources.map((resource) => [resource.schema.type, resource]));
    this.#pool = pool;
    this.#log = log;
    this.#passwords = passwords;
  }

  async check(request: rpc.CheckRequest): Promise<rpc.CheckResponse> {
    const urn = request.getUrn();
    const resource = this.#resource(urn);
    const { schema } = resource;
    const wanted = unwrap(request.getNews());
    const recorded = unwrap(request.getOlds()).values;
    if (Object.keys(recorded).length > 0) this.#predecessors.set(urn, recorded);
    const { inputs, failures } = check(schema.inputs, wanted.values);
    const refused = [...failures, ...refusals(schema, urn, recorded, inputs)];
    const missing = typeof inputs["host"] === "string" ? this.#pool.missing(inputs["host"]) : undefined;
    if (missing) refused.push({ path: ["host"], reason: missing.message });
    const twice = refused.length === 0 ? this.#holders.refusal(urn, resource, inputs) : undefined;
    if (twice) refused.push({ path: [], reason: twice });
    if (refused.length === 0)
      refused.push(...(await this.#examined(resource, urn, { ...wanted, values: inputs }, recorded)));
    const response = new rpc.CheckResponse().setInputs(wrap(inputs, secretPlaces(wanted, schema.secrets)));
    for (const { path, reason } of refused) {
      const property = pathText(path);
      // The engine prints the value of a named property, even a secret one: those are named in the reason.
      const secret = wanted.secrets.some((place) => covers(place, path) || covers(path, place));
      const failure = secret
        ? new rpc.CheckFailure().setReason(`secret ${property}: ${redact(reason, secretTexts(wanted))}`)
        : new rpc.CheckFailure().setProperty(property).setReason(reason);
      response.addFailures(failure);
    }
    return response;
  }

  diff(request: rpc.DiffRequest): rpc.DiffResponse {
    const urn = request.getUrn();
    const resource = this.#resource(urn);
    const state = unwrap(request.getOlds()).values;
    const desired = unwrap(request.getNews()).values;
    const found = differences(resource.schema, state, desired);
    if (unread in state) found.push({ path: [unread], kind: "delete" });
    if (found.length === 0) this.#holders.isThere(urn, resource, desired);
    return diffResponse(found, resource.schema, waits(resource.schema, state, desired));
  }

  async create(request: rpc.CreateRequest): Promise<rpc.CreateResponse> {
    const urn = request.getUrn();
    const resource = this.#resource(urn);
    const wanted = unwrap(request.getProperties());
    const state = request.getPreview()
      ? await this.#previewCreate(resource, urn, wanted)
      : await within(request.getTimeout(), this.#apply(resource, urn, wanted));
    return new rpc.CreateResponse()
      .setId(request.getPreview() ? "" : resource.id(wanted.values))
      .setProperties(wrap(state, secretState(resource, wanted)))
      .setRefreshBeforeUpdate(true);
  }

  /** Kept in the state, `refreshBeforeUpdate` makes plain `preview` and `up` come here before they compare. */
  async read(request: rpc.ReadRequest): Promise<rpc.ReadResponse> {
    const urn = request.getUrn();
    const resource = this.#resource(urn);
    const { schema } = resource;
    const given = unwrap(request.getInputs());
    const recorded = unwrap(request.getProperties());
    const importing = Object.keys(given.values).length === 0;
    const inputs = importing ? given : completed(resource, given);
    if (this.#pool.offline && !importing) return readResponse(request.getId(), resource, inputs, recorded.values);

    const [name = "", , ...rest] = request.getId().split("/");
    const desired = importing ? { host: name, ...resource.identify(rest.join("/")) } : inputs.values;
    const known = importing
      ? { values: desired, secrets: secretPlaces({ values: desired, secrets: [] }, schema.secrets) }
      : inputs;
    try {
      const state = await this.#with(urn, known, (host) => resource.read(host, desired, importing, recorded.values));
      if (!state) {
        if (!importing) this.#hears(resource, urn, desired).lost();
        return new rpc.ReadResponse(); // an empty id says: gone
      }
      const settled = importing ? { ...pick(defaults(resource), schema.intent ?? []), ...state } : state;
      const declared = importing ? Object.keys(schema.inputs.shape) : managed(schema, inputs.values);
      const values = pick(settled, declared);
      if (importing) requireDeclarable(resource, request.getId(), values);
      return readResponse(request.getId(), resource, { ...known, values }, settled);
    } catch (error) {
      if (error instanceof Unreachable) throw this.#outOfReach.of(urn, error);
      if (importing || !(error instanceof Unobservable || error instanceof NoSuchHost)) throw error;
      const reason = `unknown, not read: ${error.message}${error instanceof NoSuchHost ? letGo : ""}`;
      const state = wrap({ ...recorded.values, [unread]: error.message }, secretState(resource, inputs));
      throw new InitFailed(request.getId(), wrap(inputs.values, inputs.secrets), state, reason);
    }
  }

  async update(request: rpc.UpdateRequest): Promise<rpc.UpdateResponse> {
    const urn = request.getUrn();
    const resource = this.#resource(urn);
    const wanted = unwrap(request.getNews());
    const recorded = unwrap(request.getOlds()).values;
    const state = request.getPreview()
      ? this.#planned(resource, wanted.values)
      : await within(request.getTimeout(), this.#apply(resource, urn, wanted, recorded));
    return new rpc.UpdateResponse()
      .setProperties(wrap(state, secretState(resource, wanted)))
      .setRefreshBeforeUpdate(true);
  }

  async delete(request: rpc.DeleteRequest): Promise<empty.Empty> {
    const urn = request.getUrn();
    const resource = this.#resource(urn);
    const recorded = completed(resource, unwrap(request.getProperties()));
    const name = String(recorded.values["host"]);
    // On demand, and under another logical name, the engine replaces by a create of the same thing and a delete at the end.
    const now = this.#holders.having(name, resource.holds(recorded.values)[0]);
    if (now) {
      this.#log.log("info", urn, `${request.getId()} left alone: it belongs to ${now} now`);
    } else if (this.#pool.missing(name)) {
      const why = `${name} is no longer a host of the configuration, and nothing was removed there`;
      this.#log.log("warning", urn, `${request.getId()} forgotten: ${why}`);
    } else {
      const removal = this.#with(urn, recorded, (host) => resource.remove(host, recorded.values));
      await within(request.getTimeout(), removal);
    }
    return new empty.Empty();
  }

  async list(request: rpc.ListRequest): Promise<rpc.ListResponse[]> {
    const resource = this.#resources.get(request.getToken());
    if (!resource?.list)
      throw new Error(`${request.getToken()} cannot be listed; there are: ${this.#listable.join(", ")}`);
    try {
      return await list(resource, request, {
        names: this.#pool.names,
        open: (name) => this.#pool.host(name, () => undefined),
        warn: (message) => this.#log.log("warning", "", redact(message, this.#passwords)),
      });
    } catch (error) {
      throw new Error(redact(messageOf(error), this.#passwords), { cause: error });
    }
  }

  async #apply(resource: Resource, urn: string, wanted: Unwrapped, recorded?: Values): Promise<Values> {
    const predecessor = recorded ? undefined : this.#predecessors.get(urn);
    const hears = this.#hears(resource, urn, wanted.values);
    this.#holders.isThere(urn, resource, wanted.values);
    try {
      const run = (host: Host) => resource.apply(host, wanted.values, recorded, hears, predecessor);
      const made = await this.#with(urn, wanted, run);
      await this.#examined(resource, urn, wanted, wanted.values).catch(() => []); // it is made, whatever is said of it
      return made;
    } catch (error) {
      if (!(error instanceof Incomplete)) throw error;
      const state = wrap(error.state, secretState(resource, wanted));
      const message = redact(error.message, this.#secrets(wanted));
      throw new InitFailed(resource.id(wanted.values), wrap(wanted.values, wanted.secrets), state, message);
    }
  }

  #hears(resource: Resource, urn: string, desired: Values): Hears {
    const warn = (said: string) => this.#log.log("warning", urn, `${resource.id(desired)} ${said}`);
    const { lost } = resource.schema;
    return {
      tookOver: (changed) => warn(`already existed with other values: taken over, and changed ${namesOf(changed)}`),
      lost: () => lost && warn(`is gone: ${lost}`),
    };
  }

  /** What the host says against it: warnings are shown, errors are failures. A host that is out of reach, its read tells. */
  async #examined(resource: Resource, urn: string, wanted: Unwrapped, recorded: Values): Promise<Failure[]> {
    const { examine } = resource;
    const { triggers: _, ...asked } = wanted.values; // when, not what: often known only once others are made
    if (!examine || this.#pool.offline || holdsUnknown(asked)) return [];
    const before = Object.keys(recorded).length > 0 ? recorded : undefined;
    try {
      const found = await this.#with(urn, wanted, (host) => examine(host, wanted.values, before));
      const told = (said: string) => redact(`${wanted.values["host"]}: ${said}`, this.#secrets(wanted));
      for (const { severity, said } of found) if (severity === "warning") this.#log.log("warning", urn, told(said));
      return found
        .filter(({ severity }) => severity === "error")
        .map(({ property, said }) => ({ path: [property], reason: told(said) }));
    } catch (error) {
      if (error instanceof Unreachable || error instanceof Unobservable) return [];
      throw error;
    }
  }

  /** Says what the machine has already: it is adopted where equal, and shown where it differs. */
  async #previewCreate(resource: Resource, urn: string, wanted: Unwrapped): Promise<Values> {
    const planned = this.#planned(resource, wanted.values);
    if (this.#pool.offline || holdsUnknown(wanted.values)) return planned;
    try {
      const [found, lost = []] = await this.#with(urn, wanted, async (host) => {
        const found = await resource.read(host, wanted.values);
        return found ? [found, await resource.overwrites(host, wanted.values, found)] : [];
      });
      if (!found) return planned;
      if (drift(resource.schema, found, wanted.values).length === 0) {
        this.#log.log("info", urn, `${resource.id(wanted.values)} exists as desired: will be adopted unchanged`);
        return found;
      }
      if (lost.length > 0) {
        const change = `already exists with other values: \`up\` will take it over and change ${namesOf(lost)}`;
        this.#log.log("warning", urn, `${resource.id(wanted.values)} ${change}`);
      }
      return planned;
    } catch (error) {
      if (error instanceof Unobservable) return planned; // what holds it is not there yet: the program makes it first
      throw error;
    }
  }

  /** State as it will be after the operation: what only the machine knows is unknown. */
  #planned(resource: Resource, desired: Values): Values {
    const computed = Object.keys(resource.schema.outputs.shape).map((key) => [key, unknown]);
    return { ...desired, ...Object.fromEntries(computed) };
  }

  /** Runs with the resource's host; whatever goes wrong is told without secrets. */
  async #with<T>(urn: string, known: Unwrapped, work: (host: Host) => Promise<T>): Promise<T> {
    const secrets = this.#secrets(known);
    const name = String(known.values["host"]);
    const progress = (line: string) => this.#log.progress(urn, name, redact(line, secrets));
    const isHeld = (held: string) => this.#holders.having(name, held) !== undefined;
    try {
      return await work(await this.#pool.host(name, progress, isHeld));
    } catch (error) {
      if (error instanceof Error) error.message = redact(error.message, secrets);
      throw error;
    }
  }

  #secrets(known: Unwrapped): string[] {
    return [...this.#passwords, ...secretTexts(known)];
  }

  get #listable(): string[] {
    return [...this.#resources.values()].filter((resource) => resource.list).map(({ schema }) => schema.type);
  }

  #resource(urn: string): Resource {
    const type = urn.split("::")[2]?.split("$").at(-1) ?? ""; // urn:pulumi:STACK::PROJECT::PARENT$TYPE::NAME
    const found = this.#resources.get(type);
    if (!found)
      throw new Error(`there is no resource type ${type}; there are: ${[...this.#resources.keys()].join(", ")}`);
    return found;
  }
}

const namesOf = (changed: readonly Change[]): string => changed.map(({ path }) => pathText(path)).join(", ");

const readResponse = (id: string, resource: Resource, inputs: Unwrapped, state: Values): rpc.ReadResponse =>
  new rpc.ReadResponse()
    .setId(id)
    .setInputs(wrap(inputs.values, secretPlaces(inputs, resource.schema.secrets)))
    .setProperties(wrap(state, secretState(resource, inputs)))
    .setRefreshBeforeUpdate(true);

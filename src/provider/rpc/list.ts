// List: what there is of a type on the hosts, page by page; each ID that it answers can be imported.
import rpc from "@pulumi/pulumi/proto/provider_pb.js";
import { z } from "zod";

import { Unobservable } from "../errors.ts";
import type { Host } from "../host.ts";
import type { Resource } from "../resource.ts";
import { holdsUnknown, type Values } from "../values.ts";
import { unwrap } from "./wire.ts";

export interface Hosts {
  readonly names: readonly string[];
  open(name: string): Promise<Host>;
  /** What is left out, and why. */
  warn(message: string): void;
}

/** Where a page ended, and how many were answered up to there. Names, not numbers: things come and go between pages. */
const continuation = z.strictObject({ host: z.string(), thing: z.string(), answered: z.int() });
type Continuation = z.output<typeof continuation>;

export async function list(resource: Resource, request: rpc.ListRequest, hosts: Hosts): Promise<rpc.ListResponse[]> {
  const query = unwrap(request.getQuery()).values;
  if (holdsUnknown(query)) return [new rpc.ListResponse().setComputed(new rpc.ListResponse.Computed())];

  const from = readToken(request.getContinuationToken());
  const left = atMost(request.getLimit()) - (from?.answered ?? 0);
  if (left < 1) return [];
  const answers: rpc.ListResponse[] = [];
  let last: Continuation | undefined;
  for await (const { host, thing } of things(resource, hosts, namesIn(query, hosts.names), from)) {
    if (last && answers.length === request.getPageSize()) return [...answers, continued(last)];
    const id = resource.id({ ...resource.identify(thing), host });
    answers.push(new rpc.ListResponse().setResult(new rpc.ListResponse.Result().setId(id).setName(thing)));
    if (answers.length === left) return answers;
    last = { host, thing, answered: (from?.answered ?? 0) + answers.length };
  }
  return answers;
}

/** In one order, whatever order a host tells them in. */
async function* things(resource: Resource, hosts: Hosts, names: readonly string[], from?: Continuation) {
  const start = from ? names.indexOf(from.host) : 0;
  if (start < 0) throw new Error(`the list had come to host ${from?.host}, which is no longer there: start it again`);
  for (const host of names.slice(start)) {
    const all = await listed(resource, host, hosts);
    for (const thing of all.sort()) if (host !== from?.host || thing > from.thing) yield { host, thing };
  }
}

/** A host without PostgreSQL has no roles to list, and one whose server is stopped cannot tell; any other trouble is an error. */
async function listed(resource: Resource, name: string, hosts: Hosts): Promise<string[]> {
  try {
    return [...((await resource.list?.(await hosts.open(name))) ?? [])];
  } catch (error) {
    if (!(error instanceof Unobservable)) throw error;
    hosts.warn(`not listed: ${error.message}`);
    return [];
  }
}

function namesIn({ host, ...others }: Values, names: readonly string[]): readonly string[] {
  const unasked = Object.keys(others);
  if (unasked.length > 0) throw new Error(`a list can be narrowed by \`host\` only, not by ${unasked.join(", ")}`);
  if (host === undefined) return names;
  if (typeof host !== "string") throw new Error("`host` of a list is the name of one host");
  return [host];
}

/** In the request, less than 1 is no limit. */
const atMost = (limit: number): number => (limit < 1 ? Number.POSITIVE_INFINITY : limit);

const continued = (place: Continuation): rpc.ListResponse =>
  new rpc.ListResponse().setContinuation(
    new rpc.ListResponse.Continuation().setContinuationToken(Buffer.from(JSON.stringify(place)).toString("base64url")),
  );

function readToken(token: string): Continuation | undefined {
  if (token === "") return undefined;
  try {
    return continuation.parse(JSON.parse(Buffer.from(token, "base64url").toString("utf8")));
  } catch (cause) {
    throw new Error("the continuation token is not that of a list: start again without one", { cause });
  }
}

import rpc from "@pulumi/pulumi/proto/provider_pb.js";
import { beforeEach, expect, test } from "vitest";

import { Unobservable, Unreachable } from "../../src/provider/errors.ts";
import type { Host } from "../../src/provider/host.ts";
import type { Resource } from "../../src/provider/resource.ts";
import user from "../../src/provider/resources/user.ts";
import { type Hosts, list } from "../../src/provider/rpc/list.ts";
import { wrap } from "../../src/provider/rpc/wire.ts";

/** Names by host; an error is what the host answers. */
let there: Record<string, string[] | Error>;
let opened: string[];
let warnings: string[];

const users: Resource = {
  ...user,
  async list({ name }) {
    const names = there[name]!;
    if (names instanceof Error) throw names;
    return names;
  },
};
const hosts: Hosts = {
  names: ["one", "two"],
  open: async (name) => {
    opened.push(name);
    return { name } as Host;
  },
  warn: (message) => warnings.push(message),
};

beforeEach(() => {
  there = { one: ["carol", "alice", "bob"], two: ["alice", "dave"] };
  opened = [];
  warnings = [];
});

interface Asked {
  readonly limit?: number;
  readonly pageSize?: number;
  readonly token?: string;
}

const all = ["one/user/alice", "one/user/bob", "one/user/carol", "two/user/alice", "two/user/dave"];

async function page({ limit = 0, pageSize = 0, token = "" }: Asked, query = {}) {
  const request = new rpc.ListRequest().setQuery(wrap(query)).setLimit(limit).setPageSize(pageSize);
  const answers = await list(users, request.setContinuationToken(token), hosts);
  return {
    ids: answers.flatMap((answer) => answer.getResult()?.getId() ?? []),
    token: answers.at(-1)?.getContinuation()?.getContinuationToken() ?? "",
  };
}

/** All pages, as a client asks for them. */
async function pages(asked: Asked): Promise<string[][]> {
  const found: string[][] = [];
  let token = "";
  do {
    const next = await page({ ...asked, token });
    found.push(next.ids);
    ({ token } = next);
  } while (token !== "" && found.length < 10);
  return found;
}

test("without a limit all of all hosts come at once, in one order; a host narrows it", async () => {
  expect(await pages({})).toEqual([all]);
  expect((await page({}, { host: "two" })).ids).toEqual(["two/user/alice", "two/user/dave"]);
});

test("a page is no larger than asked, and its token leads to the next, over hosts, until there is none", async () => {
  expect(await pages({ pageSize: 2 })).toEqual([all.slice(0, 2), all.slice(2, 4), all.slice(4)]);
  expect(await pages({ pageSize: 5 })).toEqual([all]);
});

test("a limit is for all pages together", async () => {
  expect(await pages({ limit: 3 })).toEqual([all.slice(0, 3)]);
  expect(await pages({ limit: 3, pageSize: 2 })).toEqual([all.slice(0, 2), all.slice(2, 3)]);
  expect(await pages({ limit: 4, pageSize: 2 })).toEqual([all.slice(0, 2), all.slice(2, 4)]);
});

test("what a limit spares asks no further host", async () => {
  await page({ limit: 3 });
  expect(opened).toEqual(["one"]);
});

test("what comes and goes between two pages makes none of the others appear twice or not at all", async () => {
  const first = await page({ pageSize: 2 });
  there["one"] = ["aaron", "carol"];
  expect((await page({ token: first.token })).ids).toEqual(all.slice(2));
});

test("a token of a host that is none of the list is refused", async () => {
  const { token } = await page({ pageSize: 2 });
  await expect(page({ token }, { host: "two" })).rejects.toThrow(/come to host one.*start it again/);
});

test("a host whose server does not run is left out aloud; one out of reach is an error", async () => {
  there["one"] = new Unobservable("one", "PostgreSQL does not run");
  expect((await page({})).ids).toEqual(all.slice(3));
  expect(warnings).toEqual(["not listed: one: PostgreSQL does not run"]);
  there["one"] = new Unreachable("one", "no route");
  await expect(page({})).rejects.toThrow("one: no route");
});

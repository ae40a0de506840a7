// What each type says to a host, and hears: recorded on a lab host, played back anywhere. A command that changes fails
// here; RECORD_TRANSCRIPTS=1 records anew.
import { existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { drift } from "../../src/provider/resource.ts";
import { ConnectionLost } from "../../src/provider/transports/errors.ts";
import { type Exchange, recording, scripted } from "../../src/provider/transports/fake.ts";
import type { Runner } from "../../src/provider/transports/runner.ts";
import { pathText, pick, type Values } from "../../src/provider/values.ts";
import { managed } from "../../src/schemas/resource-schema.ts";
import { canRunLab } from "../support/lab.ts";
import { type Contract, contracts, desiredOf } from "./cases.ts";
import { type ContractPlatform, platforms } from "./contract-case.ts";
import { type ContractHost, contractHost } from "./lab-host.ts";
import { onHost } from "./sessions.ts";

const found = await Promise.all(platforms.map(contracts));
const each = platforms.flatMap((platform, index) =>
  found[index]!.map((contract) => [`${platform}: ${contract.kind}`, platform, contract] as const),
);
const record = Boolean(process.env["RECORD_TRANSCRIPTS"]);
const fileOf = (platform: ContractPlatform, kind: string) =>
  fileURLToPath(new URL(`../fixtures/transcripts/${platform}/${kind}.json`, import.meta.url));

const recorder = (platform: ContractPlatform) => {
  const all = found[platforms.indexOf(platform)]!;
  let machine: ContractHost;
  let runner: Runner;

  beforeAll(async () => {
    if (!canRunLab) throw new Error("transcripts are recorded on a lab host");
    machine = await contractHost(platform, "record");
    runner = await machine.runner();
  });
  afterAll(async () => {
    await runner?.close();
    await machine?.lab.stop();
  });

  test.each(all.map((contract) => [contract.kind, contract] as const))("%s", async (_, contract) => {
    const exchanges: Exchange[] = [];
    const link = recording(runner, (exchange) => exchanges.push(exchange));
    await life(platform, contract, link, () => machine.shell(contract.change.script));
    const kept = contract.randomInput ? exchanges.map(({ stdin: _, ...rest }) => rest) : exchanges;
    await writeFile(
      fileOf(platform, contract.kind),
      `[\n${kept.map((exchange) => JSON.stringify(exchange)).join(",\n")}\n]\n`,
    );
    await machine.shell(contract.cleared ?? ":");
    await onHost(platform, runner, (host) => contract.resource.apply(host, desiredOf(contract))); // later cases build on it
  });
};
if (record) describe.each(platforms)("record on %s", recorder);

describe("replay", () => {
  test.each(each)("%s", async (_, platform, contract) => {
    const file = fileOf(platform, contract.kind);
    expect(existsSync(file), `record it: RECORD_TRANSCRIPTS=1 npx vitest run tests/contract/replay`).toBe(true);
    const exchanges = JSON.parse(await readFile(file, "utf8")) as Exchange[];
    let unused = exchanges.length;
    const link = recording(scripted(exchanges), () => unused--);
    await life(platform, contract, link, async () => undefined);
    expect(unused, "exchanges that nobody asked for").toBe(0);
  });
});

/** Loses all connections for good before an exchange, counted from 0. */
function cutBefore(nth: number, link: Runner): Runner {
  let asked = 0;
  const lost = () => Promise.reject(new ConnectionLost("contract", `the connection is gone before exchange ${nth}`));
  const cut = (whole: Runner): Runner => ({
    request: (command) => (asked++ < nth ? whole.request(command) : lost()),
    long: (command, onLine) => (asked++ < nth ? whole.long(command, onLine) : lost()),
    another: async () => cut(await whole.another()),
    close: () => whole.close(),
  });
  return cut(link);
}

describe("fault 20: a connection that is lost, wherever, is an error and never an answer", () => {
  test.each(each)("%s", async (_, platform, contract) => {
    const exchanges = JSON.parse(await readFile(fileOf(platform, contract.kind), "utf8")) as Exchange[];
    // What the helper remembers ends with its connection: that it could not be told to forget changes nothing.
    const told = [...exchanges.keys()].filter((nth) => exchanges[nth]?.argv[0] !== "gw_manifest_drop");
    for (const nth of told) {
      const link = cutBefore(nth, scripted(exchanges));
      const living = life(platform, contract, link, async () => undefined);
      await expect(living, `before exchange ${nth}`).rejects.toThrow("the connection is gone");
    }
  });
});

test("a command that changed is not in the transcript", async () => {
  const [contract] = found[0]!.filter(({ kind }) => kind === "file");
  const exchanges = JSON.parse(await readFile(fileOf("debian", "file"), "utf8")) as Exchange[];
  const changed = exchanges.map(({ argv, ...rest }) => ({
    ...rest,
    argv: argv.map((word) => word.replace("gw_file", "gw_File")),
  }));
  await expect(life("debian", contract!, scripted(changed), async () => undefined)).rejects.toThrow(
    "not in the transcript",
  );
});

/**
 * Made, read, changed outside, found, found again by what a refresh recorded of that, repaired, removed twice; each by a
 * provider process of its own.
 */
async function life(
  platform: ContractPlatform,
  contract: Contract,
  link: Runner,
  changeOutside: () => Promise<unknown>,
): Promise<void> {
  const { resource, change } = contract;
  const desired = desiredOf(contract);
  const read = () => onHost(platform, link, (host) => resource.read(host, desired));
  const apply = (recorded?: Values) => onHost(platform, link, (host) => resource.apply(host, desired, recorded));
  const found = (state: Values | undefined) =>
    state ? drift(resource.schema, state, desired).map(({ path }) => pathText(path)) : ["gone"];

  expect(found(await read())).not.toEqual([]);
  await apply();
  expect(found(await read())).toEqual([]);

  await changeOutside();
  const [seen, again] = await onHost(platform, link, async (host) => {
    const seen = await resource.read(host, desired);
    return [seen, seen && (await resource.read(host, recordedOf(contract, seen), false, seen))];
  });
  expect(found(seen).toSorted()).toEqual([change.shows].flat().toSorted());
  expect(found(again)).toEqual(expect.arrayContaining([change.shows].flat()));
  const repaired = await apply(seen);
  expect(found(repaired)).toEqual([]);

  await onHost(platform, link, (host) => resource.remove(host, repaired));
  await onHost(platform, link, (host) => resource.remove(host, repaired));
}

/** The inputs that a refresh records. */
const recordedOf = ({ resource: { schema } }: Contract, seen: Values): Values => pick(seen, managed(schema, seen));

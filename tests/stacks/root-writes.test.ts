import { expect, test } from "vitest";

import { software, softwareOn } from "../../src/components/software.ts";
import { deploy, schema } from "../../stacks/macminis/index.ts";
import { record } from "../components/record.ts";
import { changed, committedValues } from "../schemas/config.ts";

const artefact = { source: "program.tar.gz", sha256: "0".repeat(64) };
const words = ["ddc", "{file}", "{name}"];
const dumps = { store: words, fetch: words, list: words, remove: words };
const ddc = { host: "storage", enabled: true, artefact, sync: true, dumps };

const states = Object.keys(software).flatMap((name) =>
  (["debian", "darwin"] as const).map((platform) => softwareOn(platform, name as keyof typeof software).state),
);
/** Of accounts: as is the custom, or because packages give them away. */
const homes = [...states, "/etc/postgresql", "/etc/redis"];

const registered = async (stack: string, changes: Record<string, unknown> = {}) => {
  const values = committedValues(stack);
  const whole = Object.entries(changes).reduce((all, [path, value]) => changed(all, path, value), values);
  return (await record(() => deploy(schema.parse(whole)))).registered;
};

test.each([
  ["lab", { reservations: {}, "services.ddc": ddc }],
  ["macminis", {}],
])("in %s root writes into no folder of an account, which could put anything in the way", async (stack, changes) => {
  const all = await registered(stack, changes);
  const folders = all.filter(({ type }) => type === "groundwork:posix:Directory").map(({ inputs }) => inputs);
  const given = folders.filter(({ owner }) => owner).map(({ path }) => path);
  const kept = folders.filter(({ owner }) => !owner).map(({ path }) => path);
  const theirs = [...given, ...homes.filter((home) => !kept.includes(home))];

  const written = all.flatMap(({ type, inputs }): unknown[] => {
    if (/:(File|Link|PrivateKey|Archive)$/.test(type)) return [inputs["path"]];
    if (/:(Timer|Exec)$/.test(type) && !inputs["user"]) return [inputs["arguments"] ?? inputs["undo"] ?? []].flat();
    return Object.keys(inputs["files"] ?? {});
  });
  expect([theirs.length > 10, written.length > 30]).toEqual([true, true]);
  expect(written.filter((path) => theirs.some((folder) => `${path}/`.startsWith(`${folder}/`)))).toEqual([]);
});

test("root signals no process that a file of an account names", async () => {
  const signals = /kill -\w+ \S*\$\([^)]*postmaster[.]pid/;
  const signalling = (await registered("lab")).filter(({ inputs }) => signals.test(JSON.stringify(inputs)));
  expect(signalling.map(({ name, inputs }) => [name, inputs["user"]])).toEqual([["postgres-current", "postgres"]]);
});

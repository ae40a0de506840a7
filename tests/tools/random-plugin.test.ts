import { compare } from "bcryptjs";
import { afterAll, beforeAll, expect, test } from "vitest";

import { pluginOrigin } from "../../tools/toolchain/places.ts";
import { startStack, type TestStack } from "../support/stack.ts";

/** Holds for the official plugin and for the stand-in: which of them runs is this machine's fact, not the test's. */
const program = (keeper: string, extra = "") => `
  import * as random from "@pulumi/random";
  const keepers = { generation: "${keeper}" };
  const made = new random.RandomPassword("password", { length: 24, minSpecial: 4, minNumeric: 3, overrideSpecial: "-_", keepers });
  export const password = made.result;
  export const bcryptHash = made.bcryptHash;
  export const text = new random.RandomString("string", { length: 12, special: false, upper: false, keepers }).result;
  const identity = new random.RandomId("id", { byteLength: 5, prefix: "gw-", keepers });
  export const id = { b64Std: identity.b64Std, b64Url: identity.b64Url, dec: identity.dec, hex: identity.hex, id: identity.id };
  export const uuid = new random.RandomUuid("uuid", { keepers }).result;
  export const pet = new random.RandomPet("pet", { keepers, length: 3, prefix: "lab", separator: "." }).id;
  ${extra}
`;

interface Outputs {
  password: string;
  bcryptHash: string;
  text: string;
  id: Record<"b64Std" | "b64Url" | "dec" | "hex" | "id", string>;
  uuid: string;
  pet: string;
}

let stack: TestStack;
let first: Outputs;

const outputs = async () => (await stack.outputs()) as unknown as Outputs;

beforeAll(async () => {
  stack = await startStack(program("1"));
  expect(await stack.pulumi("up", "--yes", "--skip-preview")).toMatchObject({ exitCode: 0 });
  first = await outputs();
});
afterAll(() => stack.remove());

test("values have the length, the sets and the minimums that were asked for", () => {
  expect(first.password).toMatch(/^[A-Za-z0-9_-]{24}$/);
  expect(first.password.match(/[_-]/g)?.length).toBeGreaterThanOrEqual(4);
  expect(first.password.match(/[0-9]/g)?.length).toBeGreaterThanOrEqual(3);
  expect(first.text).toMatch(/^[a-z0-9]{12}$/);
  expect(first.uuid).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
  expect(first.pet).toMatch(/^lab(\.[a-z]+){3}$/);
});

test("a RandomId spells the same bytes in every way", () => {
  const bytes = Buffer.from(first.id.id, "base64url");
  expect(bytes).toHaveLength(5);
  expect(first.id).toEqual({
    id: bytes.toString("base64url"),
    b64Url: `gw-${bytes.toString("base64url")}`,
    b64Std: `gw-${bytes.toString("base64")}`,
    hex: `gw-${bytes.toString("hex")}`,
    dec: `gw-${BigInt(`0x${bytes.toString("hex")}`)}`,
  });
});

test("the bcrypt hash is the password's, at cost 10", async () => {
  expect(first.bcryptHash).toMatch(/^\$2a\$10\$/);
  expect(await compare(first.password, first.bcryptHash)).toBe(true);
});

test("the state keeps password and hash encrypted, and shows defaults", async () => {
  const state = await stack.state();
  expect(JSON.stringify(state)).not.toContain(first.password);
  const password = state.deployment.resources.find(({ type }) => type.endsWith(":RandomPassword"));
  expect(password).toMatchObject({
    id: "none",
    outputs: {
      upper: true,
      numeric: true,
      number: true,
      minUpper: 0,
      result: { ciphertext: expect.any(String) },
      bcryptHash: { ciphertext: expect.any(String) },
    },
  });
});

test("a second run changes nothing, and neither does a refresh", async () => {
  expect(await stack.pulumi("up", "--yes", "--skip-preview", "--expect-no-changes")).toMatchObject({ exitCode: 0 });
  expect(await stack.pulumi("refresh", "--yes", "--expect-no-changes")).toMatchObject({ exitCode: 0 });
  expect(await outputs()).toEqual(first);
});

test("changed keepers replace every value", async () => {
  await stack.program(program("2"));
  const preview = await stack.pulumi("preview", "--diff");
  expect(preview.output.match(/\+-random:index\/\w+:\w+: \(replace\)/g)).toHaveLength(5);
  expect(preview.output).toContain('generation: "1" => "2"');

  expect(await stack.pulumi("up", "--yes", "--skip-preview")).toMatchObject({ exitCode: 0 });
  const second = await outputs();
  for (const name of ["password", "bcryptHash", "text", "uuid", "pet"] as const)
    expect(second[name]).not.toBe(first[name]);
  expect(second.id.hex).not.toBe(first.id.hex);
});

test("values made elsewhere are imported, and then stay", async () => {
  const imported = `
    new random.RandomPassword("adopted", { length: 11 }, { import: "supersecret" });
    new random.RandomId("adopted", { byteLength: 3, prefix: "my-prefix-" }, { import: "my-prefix-,p-9h" });
    new random.RandomUuid("adopted", {}, { import: "aabbccdd-eeff-0011-2233-445566778899" });
    new random.RandomString("adopted", { length: 4 }, { import: "test" });
  `;
  await stack.program(program("2", imported));
  expect(await stack.pulumi("up", "--yes", "--skip-preview")).toMatchObject({ exitCode: 0 });
  expect(await stack.pulumi("preview", "--expect-no-changes")).toMatchObject({ exitCode: 0 });

  const state = await stack.state();
  const adopted = state.deployment.resources.filter(({ urn }) => urn.endsWith("::adopted"));
  expect(Object.fromEntries(adopted.map(({ type, id }) => [type.split(":").at(-1), id]))).toEqual({
    RandomPassword: "none",
    RandomId: "p-9h",
    RandomUuid: "aabbccdd-eeff-0011-2233-445566778899",
    RandomString: "test",
  });
  const password = adopted.find(({ id }) => id === "none");
  expect(password?.outputs?.["result"]).toHaveProperty("ciphertext"); // the engine itself keeps `importID` in the clear
});

test.skipIf(pluginOrigin("random") !== "ours")(
  "each run says that a stand-in is in use (skipped with the official plugin)",
  async () => {
    const { output } = await stack.pulumi("preview");
    expect(output).toContain("groundwork's offline stand-in");
  },
);

test("inputs that cannot be met are refused at their property", async () => {
  await stack.program(`
    import * as random from "@pulumi/random";
    new random.RandomPassword("short", { length: 3, minUpper: 2, minLower: 2 });
  `);
  const { exitCode, output } = await stack.pulumi("preview");
  expect(exitCode).not.toBe(0);
  expect(output).toMatch(/property length value \{3\} has a problem: must be at least 4/);
});

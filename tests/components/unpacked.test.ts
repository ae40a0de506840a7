import { expect, test } from "vitest";
import { unpacked } from "../../src/components/unpacked.ts";
import { artefact } from "../../src/schemas/artefact.ts";
import type { PlatformName } from "../../src/schemas/host.ts";
import { record } from "./record.ts";

const sha256 = "0".repeat(64);

async function made(platform: PlatformName, source: string, usual?: string, unpack?: boolean) {
  const given = { source, sha256, stripComponents: 0, args: [], env: {}, unpack };
  const { registered, result } = await record(() => unpacked("it", { host: "one", platform }, given, {}, usual));
  const tools = registered.find(({ name }) => name === "it-archive-tools")?.inputs["packages"];
  return { program: result.program, tools };
}

test.each([
  ["debian", "ollama-linux-amd64.tar.zst", { zstd: "*" }],
  ["darwin", "ollama-darwin.tar.zst", { zstd: "*" }],
  ["debian", "loki-linux-amd64.zip", { unzip: "*" }],
  ["darwin", "loki-darwin-arm64.zip", undefined],
  ["debian", "a.tar.xz", { "xz-utils": "*" }],
  ["debian", "a.tar.gz", undefined],
  ["debian", "a.tgz", undefined],
] as const)("on %s what unpacks %s is installed, where the system has it not", async (platform, source, packages) => {
  expect((await made(platform, source)).tools).toEqual(packages);
});

test("what is no archive is the program itself, and says so", async () => {
  expect(await made("debian", "/srv/kes-linux-amd64", "kes", false)).toEqual({
    program: "/opt/it/kes-linux-amd64",
    tools: undefined,
  });
  const given = { sha256, url: "https://example.com/kes-linux-amd64" };
  expect(artefact.safeParse(given).error?.issues.map(({ path, message }) => [path[0], message])).toEqual([
    ["url", expect.stringMatching(/^must end in .* say `unpack: false`$/)],
  ]);
  expect(artefact.safeParse({ ...given, unpack: false }).success).toBe(true);
  expect(artefact.safeParse({ ...given, url: "https://example.com/", unpack: false }).success).toBe(false);
  expect(artefact.safeParse({ ...given, unpack: false, program: "bin/kes" }).success).toBe(false);
});

test("a program is called as its release calls it, or its archive", async () => {
  expect((await made("debian", "it-1.0.tgz")).program).toBe("/opt/it/it");
  expect((await made("debian", "it-1.0.tgz", "bin/it")).program).toBe("/opt/it/bin/it");
  expect((await made("debian", "/srv/loki-linux-amd64.zip", "ARCHIVE")).program).toBe("/opt/it/loki-linux-amd64");
});

import { expect, test } from "vitest";
import type { Platform } from "../../src/components/software.ts";
import { unpacked } from "../../src/components/unpacked.ts";
import { record } from "./record.ts";

const sha256 = "0".repeat(64);

async function made(platform: Platform, source: string, usual?: string) {
  const artefact = { source, sha256, stripComponents: 0, args: [], env: {} };
  const { registered, result } = await record(() => unpacked("it", { host: "one", platform }, artefact, {}, usual));
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

test("a program is called as its release calls it, or its archive", async () => {
  expect((await made("debian", "it-1.0.tgz")).program).toBe("/opt/it/it");
  expect((await made("debian", "it-1.0.tgz", "bin/it")).program).toBe("/opt/it/bin/it");
  expect((await made("debian", "/srv/loki-linux-amd64.zip", "ARCHIVE")).program).toBe("/opt/it/loki-linux-amd64");
});

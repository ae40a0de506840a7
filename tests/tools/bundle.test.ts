import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, readdir, rm, symlink, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";

import type { PluginBuild } from "esbuild";
import { execa } from "execa";
import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { bundle, freshBundle } from "../../tools/toolchain/bundle.mjs";
import { root as repository } from "../../tools/toolchain/places.ts";

let root: string;
const options = () => ({ root, entry: "src/main.ts", name: "sample" });
const say = (text: string) => writeFile(path.join(root, "src/word.ts"), `export const word: string = "${text}";`);
const answer = async (file: string) => (await execa(process.execPath, [file])).stdout;

beforeEach(async () => {
  root = await mkdtemp(path.join(tmpdir(), "groundwork-bundle-"));
  vi.stubEnv("GROUNDWORK_CACHE", path.join(root, "cache"));
  await symlink(path.join(repository, "node_modules"), path.join(root, "node_modules"));
  await mkdir(path.join(root, "src"));
  await writeFile(path.join(root, "src/helper.sh"), "echo from a script\n");
  await writeFile(
    path.join(root, "src/main.ts"),
    `import script from "./helper.sh"; import { word } from "./word.ts"; console.log(word, script.trim(), import.meta.url);`,
  );
  await say("one");
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(root, { recursive: true, force: true });
});

test("a bundle holds scripts as text and knows the place of its sources", async () => {
  expect(await answer(await bundle(options()))).toBe(`one echo from a script file://${root}/src/main.ts`);
});

test("it is kept while its sources stay, and built anew when one of them changes", async () => {
  expect(freshBundle(options())).toBeUndefined();
  const first = await bundle(options());
  expect(freshBundle(options())).toBe(first);

  await say("two");
  await utimes(path.join(root, "src/word.ts"), 1, 1); // same length, and older than the bundle
  expect(freshBundle(options())).toBeUndefined();
  expect(await answer(await bundle(options()))).toMatch(/^two /);
});

test("a source that is edited while it is built counts as changed", async () => {
  const edited = { name: "edited", setup: ({ onEnd }: PluginBuild) => onEnd(() => say("two")) };
  await bundle({ ...options(), settings: { plugins: [edited] } });
  expect(freshBundle({ ...options(), settings: { plugins: [edited] } })).toBeUndefined();
});

test("a source that is gone, or a bundle that was removed, is noticed", async () => {
  const first = await bundle(options());
  await rm(first);
  expect(await bundle(options())).toBe(first);
  await rm(path.join(root, "src/word.ts"));
  await expect(bundle(options())).rejects.toThrow(/word\.ts/);
});

test("what it loads from the project, and the lines of its errors, are those of the sources", async () => {
  const failing = `import { word } from "./word.ts";
import { z } from "zod";
export function fail(): never {
  throw new Error(word + typeof z.string);
}`;
  await writeFile(path.join(root, "src/main.ts"), failing);
  const start = `import { load } from "${repository}/tools/toolchain/load.mjs";
    const { fail } = await load(${JSON.stringify({ ...options(), external: ["zod"] })});
    try { fail(); } catch (error) { console.log(error.stack); }`;
  const { stdout } = await execa(process.execPath, ["--input-type=module", "-e", start]);
  expect(stdout).toMatch(/^Error: onefunction\n/);
  expect(stdout).toContain(`at fail (${root}/src/main.ts:4:9)`);
});

test("many who build at once get whole files, and leave nothing half-written", async () => {
  const files = await Promise.all(Array.from({ length: 6 }, () => bundle(options())));
  for (const file of new Set(files)) expect(await answer(file)).toMatch(/^one /);
  const left = await readdir(path.dirname(files[0] ?? ""));
  expect(left.filter((file) => file.endsWith(".part"))).toEqual([]);
});

test("few bundles are kept, however often the sources change", async () => {
  for (let n = 0; n < 8; n++) {
    await say(`version ${n}`);
    await bundle(options());
  }
  const left = await readdir(path.dirname((await bundle(options())) ?? ""));
  expect(left.filter((file) => file.endsWith(".cjs"))).toHaveLength(5);
});

test("the plugin prints its port, starts from compiled code next time, and ends with the engine", async () => {
  const start = async () => {
    const plugin = spawn(path.join(repository, "plugin/pulumi-resource-groundwork"), {
      stdio: ["pipe", "pipe", "inherit"],
    });
    const [line] = await once(plugin.stdout, "data");
    expect(String(line)).toMatch(/^\d+\n$/);
    plugin.stdin.end();
    expect(await once(plugin, "exit")).toEqual([0, null]);
  };
  await start();
  const built = await readdir(path.join(root, "cache/bundles"));
  const files = await readdir(path.join(root, "cache/bundles", built[0] ?? ""));
  expect(files.some((file) => file.endsWith(".v8"))).toBe(true);
  await start();
});

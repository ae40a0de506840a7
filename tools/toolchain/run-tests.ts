// `make test`: format and lint, types, then every test. The last line is `N passed, N failed`, each check counted as one.
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";

import { execa } from "execa";

import { down } from "../lab/lab.ts";
import { labsFolder } from "../lab/place.ts";
import { ensureLoki } from "../loki/install.ts";
import { cacheDir } from "./bundle.mjs";
import { root } from "./places.ts";
import { step } from "./progress.ts";
import { type Count, countOf, type Report } from "./test-count.ts";

const run = (program: string, args: string[], env: Record<string, string> = {}) =>
  execa(path.join(root, "node_modules/.bin", program), args, { cwd: root, env, stdio: "inherit", reject: false });

async function check(title: string, program: string, args: string[]): Promise<Count> {
  const { failed } = await step(title, () => run(program, args));
  return failed ? { passed: 0, failed: 1, skipped: 0 } : { passed: 1, failed: 0, skipped: 0 };
}

async function tests(): Promise<Count> {
  const folder = await mkdtemp(path.join(tmpdir(), "groundwork-tests-"));
  try {
    await buildFirst();
    const file = path.join(folder, "report.json");
    const { failed } = await run("vitest", ["run"], { TEST_REPORT: file });
    return countOf(await readReport(file), failed);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** What takes minutes is built while no test waits for it; where that fails, the tests that want it do. */
async function buildFirst(): Promise<void> {
  try {
    await ensureLoki();
  } catch (error) {
    console.error((error as Error).message);
  }
}

async function readReport(file: string): Promise<Report | undefined> {
  try {
    return JSON.parse(await readFile(file, "utf8")) as Report;
  } catch (error) {
    console.error(`Vitest left no report: ${(error as Error).message}`);
    return undefined;
  }
}

/** Test files leave their labs running for the next one; a whole run leaves none. */
async function takeDownLabs(): Promise<void> {
  const names = await readdir(labsFolder()).catch(() => []);
  for (const name of names.filter((each) => each.startsWith("test-"))) await down(name);
}

const counts = [
  await check("Format and lint", "biome", ["check", "."]),
  // What needs one processor beside what needs all.
  ...(await Promise.all([
    check("Types", "tsc", ["--incremental", "--tsBuildInfoFile", path.join(cacheDir(), "types.tsbuildinfo")]),
    tests(),
  ])),
];
await takeDownLabs();
const sum = (key: keyof Count) => counts.reduce((total, count) => total + count[key], 0);

if (sum("skipped") > 0) console.log(`${sum("skipped")} skipped: each says why in its title`);
console.log(`${sum("passed")} passed, ${sum("failed")} failed`);
process.exitCode = sum("failed") > 0 ? 1 : 0;

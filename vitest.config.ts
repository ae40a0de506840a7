import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";

import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

import { homeWithoutLogs } from "./tests/support/engine.ts";

const testFiles = readdirSync("tests", { recursive: true, encoding: "utf8" })
  .filter((file) => file.endsWith(".test.ts"))
  .map((file) => `tests/${file}`);

/** Tests on real parts (lab hosts, the Pulumi engine) are those that build on tests/support, directly or through a helper. */
const onRealParts = testFiles.filter(buildsOnSupport);

function buildsOnSupport(file: string): boolean {
  const imports = [...readFileSync(file, "utf8").matchAll(/^(?:import|export|\}).* from "(\.{1,2}\/[^"]+\.ts)";$/gm)];
  return imports
    .map(([, name]) => path.join(path.dirname(file), name ?? ""))
    .some((helper) => helper.startsWith("tests/") && (helper.startsWith("tests/support/") || buildsOnSupport(helper)));
}

/** What keeps its hosts busy for minutes goes first, so that no worker is left alone with it at the end. */
class LongFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification): number =>
      [
        /integration\/system(-life)?\./,
        /integration\/mac-system\.|contract\/(engine|crash)-|postgres-major/,
        /integration\//,
        /./,
      ].findIndex((pattern) => pattern.test(moduleId));
    return (await super.sort(files)).sort((one, other) => rank(one) - rank(other));
  }
}

// Tests ask nobody but this machine; reading a bundle of authorities doubles the start of each of some thousand Node processes.
delete process.env["NODE_EXTRA_CA_CERTS"];
process.env["PULUMI_HOME"] = homeWithoutLogs();

const MINUTES = 60_000;

export default defineConfig({
  test: {
    reporters: process.env["TEST_REPORT"] ? ["default", "json"] : ["default"],
    ...(process.env["TEST_REPORT"] && { outputFile: { json: process.env["TEST_REPORT"] } }),
    sequence: { sequencer: LongFirst },
    projects: [
      {
        test: {
          name: "unit",
          include: ["tests/**/*.test.ts"],
          exclude: onRealParts,
          isolate: false, // a third of the time went into loading the same modules for each file
          maxWorkers: 2,
          testTimeout: 60_000, // a busy machine takes ten times what a quiet one does
        },
      },
      {
        test: {
          name: "real",
          include: onRealParts,
          isolate: false,
          setupFiles: "tests/support/turns.ts",
          sequence: { groupOrder: 1 }, // after the quick ones
          maxWorkers: 5, // each waits more than half of its time: for packages, for services to settle, for what must not happen
          testTimeout: 10 * MINUTES,
          hookTimeout: 15 * MINUTES,
        },
      },
    ],
  },
});

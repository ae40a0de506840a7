import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";

import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

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

/** Whole systems take minutes each: the last of them must not be waited for alone. */
class WholeSystemsFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const whole = ["/integration/system.", "/integration/mac-system.", "/integration/ddc.", "/contract/engine."];
    const rank = ({ moduleId }: TestSpecification) => whole.findIndex((part) => moduleId.includes(part));
    const sorted = await super.sort(files);
    return [
      ...sorted.filter((file) => rank(file) >= 0).sort((one, other) => rank(one) - rank(other)),
      ...sorted.filter((file) => rank(file) < 0),
    ];
  }
}

const MINUTES = 60_000;

export default defineConfig({
  test: {
    sequence: { sequencer: WholeSystemsFirst },
    reporters: process.env["TEST_REPORT"] ? ["default", "json"] : ["default"],
    ...(process.env["TEST_REPORT"] && { outputFile: { json: process.env["TEST_REPORT"] } }),
    projects: [
      {
        test: { name: "unit", include: ["tests/**/*.test.ts"], exclude: onRealParts, testTimeout: 20_000 },
      },
      {
        test: {
          name: "real",
          include: onRealParts,
          sequence: { groupOrder: 1 }, // after the quick ones
          maxWorkers: 2, // most of the time is waiting: for packages, for services to settle, for what must not happen
          testTimeout: 5 * MINUTES,
          hookTimeout: 10 * MINUTES,
        },
      },
    ],
  },
});

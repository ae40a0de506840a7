import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";

import { defineConfig } from "vitest/config";

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

/** These keep their hosts busy for minutes: before the others. */
const long = onRealParts.filter((file) =>
  /integration\/(system|mac-system|ddc)\.|contract\/(engine|crash)-/.test(file),
);

const MINUTES = 60_000;
const patient = { testTimeout: 5 * MINUTES, hookTimeout: 10 * MINUTES };

export default defineConfig({
  test: {
    reporters: process.env["TEST_REPORT"] ? ["default", "json"] : ["default"],
    ...(process.env["TEST_REPORT"] && { outputFile: { json: process.env["TEST_REPORT"] } }),
    projects: [
      {
        test: { name: "unit", include: ["tests/**/*.test.ts"], exclude: onRealParts, testTimeout: 20_000 },
      },
      { test: { name: "long", include: long, sequence: { groupOrder: 1 }, maxWorkers: 2, ...patient } },
      {
        test: {
          name: "real",
          include: onRealParts.filter((file) => !long.includes(file)),
          sequence: { groupOrder: 2 }, // after the quick ones
          maxWorkers: 2, // most of the time is waiting: for packages, for services to settle, for what must not happen
          ...patient,
        },
      },
    ],
  },
});

import { readdirSync, readFileSync } from "node:fs";

import { defineConfig } from "vitest/config";

const testFiles = readdirSync("tests", { recursive: true, encoding: "utf8" })
  .filter((file) => file.endsWith(".test.ts"))
  .map((file) => `tests/${file}`);

/** Tests on real parts (lab hosts, the Pulumi engine) are those that build on tests/support. */
const onRealParts = testFiles.filter((file) => /from "(\.\.?\/)+support\//.test(readFileSync(file, "utf8")));

const MINUTES = 60_000;

export default defineConfig({
  test: {
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
          fileParallelism: false, // one lab after another: they share two cores and the machine's network
          testTimeout: 5 * MINUTES,
          hookTimeout: 10 * MINUTES,
        },
      },
    ],
  },
});

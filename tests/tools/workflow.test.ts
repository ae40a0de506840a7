// What runs on machines that nobody has here must at least find its tests.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import { expect, test } from "vitest";
import { parse } from "yaml";

import { root } from "../../tools/toolchain/places.ts";

interface Workflow {
  readonly jobs: Record<string, { readonly steps: readonly { readonly run?: string }[] }>;
}

test("each command of the macOS workflow names tests that there are", async () => {
  const { jobs } = parse(await readFile(join(root, ".github/workflows/macos.yml"), "utf8")) as Workflow;
  const commands = Object.values(jobs)
    .flatMap(({ steps }) => steps.map(({ run = "" }) => run))
    .filter((run) => run.startsWith("npx vitest run "));
  expect(commands).toHaveLength(2);
  for (const command of commands) {
    const [npx = "", vitest = "", , ...words] = command.split(" ");
    const paths = words.filter((word) => word.startsWith("tests/"));
    const { stdout } = await execa(npx, [vitest, "list", "--filesOnly", ...words], { cwd: root });
    for (const path of paths) expect(stdout, command).toContain(path);
  }
});

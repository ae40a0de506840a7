import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";

import type { Deployed } from "../../support/deployed.ts";

const plain = "  groundwork:secrets:\n    redis: given-in-plain\n  groundwork:rotation:";

const faults: readonly [what: string, change: (text: string) => string, said: RegExp][] = [
  [
    "an unknown key",
    (text) => text.replace("retentionDays", "retentionDay").replace("port: 80\n", "port: 80\n      prot: 81\n"),
    /groundwork:services\.nginx\.prot/,
  ],
  ["a wrong type", (text) => text.replace("port: 3000", "port: many"), /groundwork:services\.api\.port.*many/],
  ["a port used twice", (text) => text.replace("port: 6379", "port: 3000"), /3000.*control|control.*3000/],
  ["a secret in plain text", (text) => text.replace("  groundwork:rotation:", plain), /groundwork:secrets\.redis.*/],
];

/** What is wrong with a configuration is said before any host is asked. */
export function faultyConfig(system: () => Deployed): void {
  test.each(faults)("%s is one clear error", async (_, change, said) => {
    const file = join(system().lab.folder, "faulty.yaml");
    await writeFile(file, change(await readFile(system().config, "utf8")));
    const { exitCode, output } = await system().pulumi(["preview"], { PULUMI_OPTION_CONFIG_FILE: file });
    expect(exitCode, output).not.toBe(0);
    expect(output).toMatch(said);
    expect(output).not.toContain("given-in-plain");
  });
}

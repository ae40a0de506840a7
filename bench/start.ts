// How long the provider takes from its start to the port that it tells the engine, with compiled code there: the median,
// beside that of a Node that does nothing.
//
//   npm run bench:start -- [--json] [--rounds 20]
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { parseArgs } from "node:util";

import { root } from "../tools/toolchain/places.ts";

const { values } = parseArgs({
  options: { json: { type: "boolean", default: false }, rounds: { type: "string", default: "20" } },
});

const plugin = join(root, "plugin/pulumi-resource-groundwork");
const bare = ["-e", "console.log(0); process.stdin.resume()"];

/** Milliseconds to the first line, which names the port. */
async function started(argv: readonly string[], lingerMs = 0): Promise<number> {
  const begun = performance.now();
  const child = spawn(process.execPath, argv, { stdio: ["pipe", "pipe", "inherit"] });
  await once(child.stdout, "data");
  const took = performance.now() - begun;
  await setTimeout(lingerMs);
  child.kill();
  await once(child, "exit");
  return took;
}

await started([plugin, "127.0.0.1:1"], 2_000); // the first one builds, and keeps its compiled code after a second
const took: Record<"provider" | "node", number[]> = { provider: [], node: [] };
for (let round = 0; round < Number(values.rounds); round++) {
  took.provider.push(await started([plugin, "127.0.0.1:1"]));
  took.node.push(await started(bare));
}

const median = (numbers: number[]): number => Math.round(numbers.sort((a, b) => a - b)[numbers.length >> 1] ?? 0);
const result = { providerMs: median(took.provider), nodeMs: median(took.node) };
console.log(
  values.json
    ? JSON.stringify(result)
    : `the provider names its port after ${result.providerMs} ms, of which Node takes ${result.nodeMs}`,
);

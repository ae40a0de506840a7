// Whom a model's successor makes leave the memory: what it asks of an Ollama that does as it is told.
import { expect, test } from "vitest";

import type { Host } from "../../../src/provider/host.ts";
import { HostSession, LiveHost } from "../../../src/provider/live-host.ts";
import { platformOf } from "../../../src/provider/platforms/index.ts";
import { load } from "../../../src/provider/resources/ollama-memory.ts";
import type { Runner } from "../../../src/provider/transports/runner.ts";
import { ollamaModelSchema } from "../../../src/schemas/ollama-model.ts";

const previous = "qwen3:8b";
const next = "qwen3:14b";
const modelOf = (model: string, host = "mini") => ollamaModelSchema.inputs.parse({ host, model, resident: "always" });

/** What Ollama was told, in turn, while the previous model is in its memory. */
async function toldBy(predecessor: ReturnType<typeof modelOf>, isHeld: Host["isHeld"]): Promise<string[]> {
  const loaded = new Set([previous]);
  const told: string[] = [];
  const models = () =>
    [...loaded].map((name) => ({ name, digest: "", expires_at: "2318-12-31T15:04:05Z", size: 1, size_vram: 0 }));
  const runner: Runner = {
    request: async ({ stdin }) => {
      const asked = stdin ? (JSON.parse(String(stdin)) as { model: string; keep_alive: number }) : undefined;
      if (asked) told.push(`${asked.keep_alive === 0 ? "unload" : "load"} ${asked.model}`);
      if (asked?.keep_alive === 0) loaded.delete(asked.model);
      const stdout = Buffer.from(`${JSON.stringify(asked ? {} : { models: models() })}\n200`);
      return { exitCode: 0, stdout, stderr: "" };
    },
    long: () => Promise.reject(new Error("nothing long is asked")),
    another: async () => runner,
    close: async () => undefined,
  };
  const session = new HostSession("mini", platformOf("darwin"), runner, "a test");
  await load(new LiveHost(session, () => undefined, isHeld), modelOf(next), predecessor);
  return told;
}

test("the one whose place it takes leaves first", async () => {
  expect(await toldBy(modelOf(previous), () => false)).toEqual([`unload ${previous}`, `load ${next}`]);
});

test("one that another resource has by now stays", async () => {
  const isHeld = (held: string) => held.startsWith(`model ${previous} of `);
  expect(await toldBy(modelOf(previous), isHeld)).toEqual([`load ${next}`]);
});

test("one of another host is not looked for here", async () => {
  expect(await toldBy(modelOf(previous, "other"), () => false)).toEqual([`load ${next}`]);
});

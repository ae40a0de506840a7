import { diskMiB } from "../../src/checks/model-memory.ts";
import { firstOnHost } from "../../src/components/first-on-host.ts";
import { Machine } from "../../src/components/resources.ts";
import { oldestSystem } from "../../src/schemas/machine.ts";
import type { MacminisConfig } from "../../src/schemas/macminis/index.ts";
import type { Context } from "./context.ts";

/** Whether each host is the machine that the configuration says; nothing is done on one that is another. */
export function machines({ config, opts }: Context): void {
  const [provider] = opts.providers;
  const { ollama } = config.services;
  const asked = Object.entries(config.hosts).map(
    ([host, { platform, memoryGiB, chip, freeDiskGiB, unattended }]) =>
      [
        host,
        new Machine(
          `${host}-machine`,
          {
            host,
            memoryGiB,
            chip,
            systemVersion: oldestSystem[platform],
            freeDiskGiB: freeDiskGiB ?? (host === ollama.host ? diskForModels(ollama) : undefined),
            unattended,
          },
          { provider },
        ),
      ] as const,
  );
  firstOnHost(Object.fromEntries(asked));
}

/** Their files, and a quarter of that for what a pull has under way; in GiB. */
function diskForModels({ models }: MacminisConfig["services"]["ollama"]): number | undefined {
  const files = diskMiB(Object.values(models).filter(({ runtime, pull }) => runtime === "ollama" && pull));
  return files > 0 ? Math.ceil((files / 1024) * 1.25) : undefined;
}

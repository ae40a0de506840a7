import { firstOnHost } from "../../src/components/first-on-host.ts";
import { Machine } from "../../src/components/resources.ts";
import { oldestSystem } from "../../src/schemas/machine.ts";
import type { Context } from "./context.ts";

/** Whether each host is the machine that the configuration says; nothing is done on one that is another. */
export function machines({ config, opts }: Context): void {
  const [provider] = opts.providers;
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
            freeDiskGiB,
            unattended,
          },
          { provider },
        ),
      ] as const,
  );
  firstOnHost(Object.fromEntries(asked));
}

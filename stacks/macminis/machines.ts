import { machineFirst } from "../../src/components/machine-first.ts";
import { Machine } from "../../src/components/resources.ts";
import type { Context } from "./context.ts";

/** Oldest version of an operating system that is known to do. */
const oldest = { darwin: "15", debian: "12", nixos: "24.11" };

/** Whether each host is the machine that the configuration says; nothing is done on one that is another. */
export function machines({ config, opts }: Context): void {
  const [provider] = opts.providers;
  const asked = Object.entries(config.hosts).map(
    ([host, { platform, memoryGiB, chip, freeDiskGiB, unattended }]) =>
      [
        host,
        new Machine(
          `${host}-machine`,
          { host, memoryGiB, chip, systemVersion: oldest[platform], freeDiskGiB, unattended },
          { provider },
        ),
      ] as const,
  );
  machineFirst(Object.fromEntries(asked));
}

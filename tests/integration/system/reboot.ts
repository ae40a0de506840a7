import { expect, test } from "vitest";

import type { Deployed } from "../../support/deployed.ts";
import { loadedModels } from "./loaded-models.ts";
import { targets } from "./prometheus.ts";

/** All hosts at once, as after a power failure. */
export function reboot(system: () => Deployed): void {
  test("after it everything serves again as declared", async () => {
    const before = Object.keys(await system().daemons());
    await system().offAndOn();
    const well = async () => (await fetch(`${system().site()}/health`).catch(() => undefined))?.status;
    await expect.poll(well, { timeout: 60_000, interval: 500 }).toBe(200);
    expect(Object.keys(await system().daemons())).toEqual(before);
    const down = async () => (await targets(system())).filter(({ health }) => health !== "up");
    await expect.poll(down, { timeout: 60_000, interval: 1000 }).toEqual([]);
    const resident = () => loadedModels(system(), "inference");
    await expect.poll(resident, { timeout: 120_000, interval: 1000 }).toBe(2); // a timer asks each minute
    await system().unchanged();
  });
}

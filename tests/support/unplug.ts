import { execa } from "execa";

import { kernelName, labNamed } from "../../tools/lab/place.ts";
import { hostOf, requirePlan } from "../../tools/lab/plan.ts";

/** Runs with the network cable of a lab host pulled out. */
export async function cutLink(lab: string, host: string, work: () => Promise<void>): Promise<void> {
  const place = labNamed(lab);
  const link = kernelName(place, hostOf(await requirePlan(place), host));
  await execa("ip", ["link", "set", link, "down"]);
  try {
    await work();
  } finally {
    await execa("ip", ["link", "set", link, "up"]);
  }
}

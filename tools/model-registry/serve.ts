import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as pause } from "node:timers/promises";

import { attach, detach, isAttached, processesIn } from "../lab/network.ts";
import { type Host, kernelName, type Lab } from "../lab/place.ts";
import { requirePlan } from "../lab/plan.ts";
import { addressIn } from "../lab/subnet.ts";
import { registryProgram } from "./install.ts";

const registryPort = 5000;

/** The registry's place in a lab: a network namespace of its own, so that it goes down with the lab. */
const registryHost = (subnet: string): Host => ({
  name: "registry",
  address: addressIn(subnet, 2),
  system: "debian",
});

/** Serves a folder of models in a lab that is up, unless it is served already. @returns `address:port` */
export async function serveInLab(lab: Lab, folder: string): Promise<string> {
  const plan = await requirePlan(lab);
  const host = registryHost(plan.subnet);
  const name = kernelName(lab, host);
  const place = `${host.address}:${registryPort}`;
  if ((await isAttached(lab, host)) && (await processesIn(name)).length > 0) return place;

  await detach(name);
  await attach(lab, plan, host);
  const child = spawn("ip", ["netns", "exec", name, registryProgram(), place, folder], {
    stdio: "ignore",
    detached: true,
  });
  child.unref();
  await untilAnswers(place, child);
  return place;
}

export interface Serving {
  /** Until its port is free again. */
  stop(): Promise<void>;
}

/** Serves a folder on an address of this machine. @param bytesPerSecond of each answer; 0: as fast as it can */
export async function serveHere(place: string, folder: string, bytesPerSecond = 0): Promise<Serving> {
  const child = spawn(registryProgram(), [place, folder, String(bytesPerSecond)], { stdio: "ignore" });
  const ended = once(child, "exit");
  await untilAnswers(place, child);
  return {
    async stop() {
      child.kill();
      await ended;
    },
  };
}

async function untilAnswers(place: string, child: ChildProcess): Promise<void> {
  for (const end = Date.now() + 10_000; ; await pause(20)) {
    const answer = await fetch(`http://${place}/v2/`).catch(() => undefined);
    if (answer?.ok) return;
    if (child.exitCode !== null || Date.now() > end) {
      child.kill();
      throw new Error(`the model registry does not answer at ${place}: something else may listen there (ss -ltnp)`);
    }
  }
}

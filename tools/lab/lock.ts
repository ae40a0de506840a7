import { once } from "node:events";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import { step } from "../toolchain/progress.ts";
import { labsFolder } from "./place.ts";
import { systemEnv } from "./run.ts";

/**
 * Does `work` while no other process of this user changes a lab. The lock is flock(2) on the folder of all labs, held
 * by a `cat` that ends with this process, so that neither a file nor a killed process keeps it.
 */
export async function exclusively<Result>(work: () => Promise<Result>): Promise<Result> {
  await mkdir(labsFolder(), { recursive: true, mode: 0o700 });
  const [program, ...words] =
    process.platform === "darwin"
      ? (["lockf", "-k", join(labsFolder(), ".lock"), "cat"] as const)
      : (["flock", "--no-fork", labsFolder(), "cat"] as const);
  const holder = execa(program, words, { env: systemEnv, buffer: false });
  holder.stdin.write("held\n");
  await step("waiting for another lab command", () => Promise.race([once(holder.stdout, "data"), holder]));
  try {
    return await work();
  } finally {
    holder.stdin.end();
    await holder;
  }
}

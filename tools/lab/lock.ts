import { once } from "node:events";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import { step } from "../toolchain/progress.ts";
import { labsFolder } from "./place.ts";
import { systemEnv } from "./run.ts";

/** Does `work` while no other process of this user changes a lab. */
export async function exclusively<Result>(work: () => Promise<Result>): Promise<Result> {
  await mkdir(labsFolder(), { recursive: true, mode: 0o700 });
  const release = await lock(process.platform === "darwin" ? join(labsFolder(), ".lock") : labsFolder());
  try {
    return await work();
  } finally {
    await release();
  }
}

/**
 * Waits for a lock that one process at a time holds: flock(2), held by a `cat` that ends with this process, so that
 * neither a file nor a killed process keeps it.
 *
 * @param path of a file, which is made, or on Linux of a folder
 * @returns releases it
 */
export async function lock(path: string): Promise<() => Promise<void>> {
  const [program, ...words] =
    process.platform === "darwin"
      ? (["lockf", "-k", path, "cat"] as const)
      : (["flock", "--no-fork", path, "cat"] as const);
  const holder = execa(program, words, { env: systemEnv, buffer: false });
  holder.stdin.write("held\n");
  await step("waiting for another lab command", () => Promise.race([once(holder.stdout, "data"), holder]));
  return async () => {
    holder.stdin.end();
    await holder;
  };
}

import { link, mkdir, readdir } from "node:fs/promises";
import { join } from "node:path";
import { cacheDir } from "../toolchain/bundle.mjs";
import { suite } from "./base.ts";

/** Packages that any lab host has downloaded, for all that come after it. */
const shared = () => join(cacheDir(), `apt-${suite}`);
const archives = (root: string) => join(root, "var/cache/apt/archives");

/** Gives a host, as hard links, what earlier hosts downloaded: apt takes what it finds there and needs no lock in common. */
export const seedPackages = (root: string): Promise<void> => linkPackages(shared(), archives(root));

/** Keeps what a host, now stopped, has downloaded. */
export const harvestPackages = (root: string): Promise<void> => linkPackages(archives(root), shared());

async function linkPackages(from: string, to: string): Promise<void> {
  const files = await readdir(from).catch(absent);
  if (!files) return;
  await mkdir(to, { recursive: true });
  for (const name of files.filter((file) => file.endsWith(".deb"))) {
    await link(join(from, name), join(to, name)).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== "EEXIST") throw error;
    });
  }
}

function absent(error: NodeJS.ErrnoException): undefined {
  if (error.code !== "ENOENT") throw error;
}

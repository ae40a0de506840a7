import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { cacheDir } from "../toolchain/bundle.mjs";
import { step } from "../toolchain/progress.ts";
import { run } from "./run.ts";
import { type SystemName, systems } from "./system.ts";

/** Debian 13: it has postgresql-17-pgvector. */
export const suite = "trixie";

/** Name of what all hosts of a system are made of: it changes with any part of it. */
export async function recipeOf(name: SystemName): Promise<string> {
  const { packages, customize } = systems[name];
  const recipe = createHash("sha256")
    .update(`${suite} ${packages}\n`)
    .update(await readFile(customize));
  return recipe.digest("hex").slice(0, 8);
}

/** The root that all hosts of a system share, built when there is none of this recipe. Call it under the lock. */
export async function ensureBase(name: SystemName): Promise<string> {
  const kind = name === "debian" ? suite : name;
  const base = join(cacheDir(), `lab-base-${kind}-${await recipeOf(name)}`);
  if (!existsSync(base)) await step(`building the base of the ${name} lab hosts, once`, () => build(base, name));
  return base;
}

async function build(base: string, name: SystemName): Promise<void> {
  const { packages, customize, debian } = systems[name];
  const part = `${base}.part`;
  await rm(part, { recursive: true, force: true });
  await mkdir(join(part, debian), { recursive: true });
  const mirror = await debianMirror();
  // In a process namespace that dies with us: a killed build must not go on writing under the next one.
  const dependent = ["--pdeathsig=KILL", "unshare", "--pid", "--fork", "--kill-child=KILL", "--mount-proc"];
  await run("setpriv", [
    ...dependent,
    "mmdebstrap",
    "--quiet",
    "--variant=minbase",
    `--include=${packages}`,
    "--skip=cleanup/apt",
    `--customize-hook=${customize}`,
    suite,
    join(part, debian),
    ...(mirror ? [`deb ${mirror} ${suite} main`] : []),
  ]);
  await rename(part, base);
}

/** The mirror that this machine's own apt uses, or `undefined` (mmdebstrap has a default) where it uses none of Debian's. */
async function debianMirror(): Promise<string | undefined> {
  const { stdout } = await run("apt-get", [
    "indextargets",
    "--format",
    "$(LABEL) $(CODENAME) $(REPO_URI)",
    "Created-By: Packages",
  ]);
  return /^Debian [a-z]+ (\S+)$/m.exec(stdout)?.[1];
}

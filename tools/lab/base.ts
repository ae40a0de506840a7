import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { cacheDir } from "../toolchain/bundle.mjs";
import { step } from "../toolchain/progress.ts";
import { run } from "./run.ts";

/** Debian 13: it has postgresql-17-pgvector. */
export const suite = "trixie";
const packages = "systemd-sysv,dbus,openssh-server,sudo,iproute2,procps,ca-certificates";
const customize = fileURLToPath(new URL("base/customize", import.meta.url));

/** The root that all hosts share, built when there is none of this recipe. Call it under the lock. */
export async function ensureBase(): Promise<string> {
  const recipe = createHash("sha256")
    .update(`${suite} ${packages}\n`)
    .update(await readFile(customize));
  const base = join(cacheDir(), `lab-base-${suite}-${recipe.digest("hex").slice(0, 8)}`);
  if (!existsSync(base)) await step("building the base of the lab hosts, once", () => build(base));
  return base;
}

async function build(base: string): Promise<void> {
  const part = `${base}.part`;
  await rm(part, { recursive: true, force: true });
  await mkdir(cacheDir(), { recursive: true });
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
    part,
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

import { execa } from "execa";

import { missingPackages } from "../lab/requirements.ts";
import { step } from "./progress.ts";

const APT = ["-q", "-y", "-o", "DPkg::Lock::Timeout=300"];

/** Installs what the lab needs of Debian; does nothing where that is there already or cannot be (no root, no apt). */
export async function ensureDebianPackages(): Promise<void> {
  if (process.platform !== "linux" || process.getuid?.() !== 0) return;
  const missing = missingPackages();
  if (missing.length === 0 || (await execa("apt-get", ["--version"], { reject: false })).failed) return;

  console.error(`Installing the Debian packages that the lab needs: ${missing.join(", ")}`);
  const env = { DEBIAN_FRONTEND: "noninteractive" };
  await step("apt-get update", () => execa("apt-get", ["update", ...APT], { env }));
  await step("apt-get install", async (report) => {
    const install = execa("apt-get", ["install", "--no-install-recommends", ...APT, ...missing], { env });
    for await (const line of install) report(line.slice(0, 60));
    await install;
  });
}

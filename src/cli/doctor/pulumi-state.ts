import { readFileSync, statSync } from "node:fs";
import path from "node:path";

import { pulumiHome } from "../../../tools/toolchain/places.ts";
import type { Finding } from "./finding.ts";

const LAB_ENV = `for the lab: eval "$(npx groundwork lab env)"`;

/** Where stacks are kept, as plain `pulumi` would decide. */
export function backend(): Finding {
  const part = "Pulumi backend";
  const url = process.env["PULUMI_BACKEND_URL"] || loggedInTo();
  if (url) return { part, status: "ok", found: withoutPassword(url) };
  return { part, status: "optional", found: "none chosen", todo: `pulumi login URL, or ${LAB_ENV}` };
}

/** What encrypts the secrets of stacks on such a backend; never its value. */
export function passphrase(): Finding {
  const part = "Pulumi passphrase";
  const file = process.env["PULUMI_CONFIG_PASSPHRASE_FILE"];
  if (process.env["PULUMI_CONFIG_PASSPHRASE"] !== undefined) {
    return { part, status: "ok", found: "PULUMI_CONFIG_PASSPHRASE" };
  }
  if (!file) {
    const todo = `set PULUMI_CONFIG_PASSPHRASE_FILE, or ${LAB_ENV}`;
    return { part, status: "optional", found: "none; stacks with another secrets provider need none", todo };
  }
  const stats = statSync(file, { throwIfNoEntry: false });
  if (!stats)
    return { part, status: "missing", found: `PULUMI_CONFIG_PASSPHRASE_FILE ${file} does not exist`, todo: LAB_ENV };
  const open = (stats.mode & 0o077) !== 0;
  if (open) return { part, status: "missing", found: `${file} can be read by others`, todo: `chmod 600 ${file}` };
  return { part, status: "ok", found: file };
}

function loggedInTo(): string | undefined {
  try {
    return JSON.parse(readFileSync(path.join(pulumiHome(), "credentials.json"), "utf8")).current || undefined;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT" || error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function withoutPassword(url: string): string {
  return url.replace(/\/\/[^/@]*@/, "//…@");
}

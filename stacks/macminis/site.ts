import { existsSync, readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";

import type { Artefact } from "../../src/schemas/artefact.ts";

/** What a front end built for the previous system holds. */
const before = ["supabase.co"];

/** What of that an archive speaks of; `undefined` where it cannot be looked into from here: it lies elsewhere, or is no whole .tar.gz. */
export function mentionsIn(site: Artefact | undefined): string[] | undefined {
  if (!site) return [];
  const { source } = site;
  if (source === undefined || !/\.(tar\.gz|tgz)$/.test(source) || !existsSync(source)) return undefined;
  const files = unzipped(source); // tar keeps them as they are
  return files && before.filter((word) => files.includes(word));
}

/** `undefined`: it is cut off, or too big for this. */
function unzipped(path: string): Buffer | undefined {
  try {
    return gunzipSync(readFileSync(path));
  } catch (error) {
    if (/^(Z_|ERR_(FS_FILE|BUFFER)_TOO_LARGE)/.test((error as NodeJS.ErrnoException).code ?? "")) return undefined;
    throw error;
  }
}

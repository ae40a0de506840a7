import { closeSync, openSync, readSync } from "node:fs";
import { extname, isAbsolute } from "node:path";

/** What keeps a file from being read, or from being what its name says; `undefined`: nothing. */
export function fileFault(path: string): string | undefined {
  try {
    const [kind, wanted] = beginnings[extname(path)] ?? ["", ""];
    return beginning(path, wanted.length / 2) === wanted ? undefined : `it is no archive of ${kind}`;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== "ENOENT") return `it cannot be read: ${code}`;
    return `there is no such file${isAbsolute(path) ? "" : ` in ${process.cwd()}`}`;
  }
}

/** How archives begin, in hexadecimal digits. */
const beginnings: Readonly<Record<string, readonly [kind: string, digits: string]>> = {
  ".gz": ["gzip", "1f8b"],
  ".tgz": ["gzip", "1f8b"],
  ".xz": ["xz", "fd377a585a00"],
  ".zst": ["zstd", "28b52ffd"],
  ".zip": ["zip", "504b"],
};

/** Enough to know an archive by, however big it is; of a folder nothing can be read. */
function beginning(path: string, bytes: number): string {
  const file = openSync(path, "r");
  try {
    const buffer = Buffer.alloc(Math.max(bytes, 1));
    readSync(file, buffer, 0, buffer.length, 0);
    return buffer.toString("hex", 0, bytes);
  } finally {
    closeSync(file);
  }
}

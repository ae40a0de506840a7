// The file that an import loads: on the machine that runs the program.
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { readFile } from "node:fs/promises";
import { pipeline } from "node:stream/promises";
import { promisify } from "node:util";
import { gunzip } from "node:zlib";

import { csvBody, sqlBody } from "../platforms/posix/postgres-import.ts";

/** A load is one message to the host; a bigger file does not fit in it. */
const mostBytes = 350 * 1024 * 1024;

/** Digest of a file as it is, `undefined` where there is none. */
export async function digestOf(path: string): Promise<string | undefined> {
  const hash = createHash("sha256");
  try {
    await pipeline(createReadStream(path), hash);
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
  return hash.digest("hex");
}

export interface Source {
  readonly sha256: string;
  /** Statements that bring the rows. */
  readonly body: Buffer;
}

/** Reads a file once, whole. Throws where it is missing, too big, or not what its name says. */
export async function readSource(path: string, table: string): Promise<Source> {
  const bytes = await readFile(path).catch((error: unknown) => {
    throw isMissing(error) ? new Error(`there is no file ${path} on the machine that runs the program`) : error;
  });
  try {
    const text = path.endsWith(".gz") ? await promisify(gunzip)(bytes, { maxOutputLength: mostBytes }) : bytes;
    if (text.length > mostBytes) throw new RangeError(`it is bigger than ${mostBytes} bytes`);
    const body = /\.csv(\.gz)?$/.test(path) ? csvBody(table, text) : sqlBody(text);
    return { sha256: createHash("sha256").update(bytes).digest("hex"), body };
  } catch (error) {
    throw new Error(`${path} cannot be loaded: ${error instanceof Error ? error.message : error}`, { cause: error });
  }
}

const isMissing = (error: unknown): boolean => error instanceof Error && "code" in error && error.code === "ENOENT";

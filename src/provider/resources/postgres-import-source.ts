// The file that an import loads: on the machine that runs the program.
import { promisify } from "node:util";
import { gunzip } from "node:zlib";

import { HostError } from "../errors.ts";
import type { Host } from "../host.ts";
import { omitColumns } from "../platforms/posix/postgres-copy.ts";
import { sqlBody } from "../platforms/posix/postgres-dump.ts";
import { csvBody } from "../platforms/posix/postgres-import.ts";
import { sha256 } from "../sha256.ts";
import { readSource } from "./source.ts";

/** A load is one message to the host; a bigger file does not fit in it. */
const mostBytes = 350 * 1024 * 1024;

export interface Content {
  readonly sha256: string;
  /** Statements that bring the rows. */
  readonly body: Buffer;
}

/** Reads a file once, whole. Throws where it is missing, too big, or not what its name says. */
export async function contentOf(host: Host, source: string, table: string, omit: readonly string[]): Promise<Content> {
  const bytes = await readSource(host, table, source);
  const refuse = (why: string) => new HostError(host.name, `${source} cannot be loaded into ${table}: ${why}`);
  try {
    const text = source.endsWith(".gz") ? await promisify(gunzip)(bytes, { maxOutputLength: mostBytes }) : bytes;
    if (text.length > mostBytes) throw refuse(tooBig);
    const csv = /\.csv(\.gz)?$/.test(source);
    if (csv && omit.length > 0)
      throw refuse(`columns are left out of plain dumps only; take ${omit.join(", ")} out of it`);
    const body = csv ? csvBody(table, Buffer.from(text)) : sqlBody(omitColumns(Buffer.from(text), table, omit));
    return { sha256: sha256(bytes), body };
  } catch (error) {
    if (!(error instanceof Error) || error instanceof HostError) throw error;
    throw refuse("code" in error && error.code === "ERR_BUFFER_TOO_LARGE" ? tooBig : error.message);
  }
}

const tooBig = `it holds more than ${mostBytes / 1024 ** 2} MiB; load it by hand with psql, then declare it with \`adopt: true\``;

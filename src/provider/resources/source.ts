// What comes from the machine that runs Pulumi, or through it.
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { readFile } from "node:fs/promises";
import { pipeline } from "node:stream/promises";

import { HostError } from "../errors.ts";
import type { Host } from "../host.ts";

const failed =
  (host: Host, path: string, what: string) =>
  (error: Error): never => {
    const cause = error.cause instanceof Error ? `: ${error.cause.message}` : "";
    throw new HostError(host.name, `${path}: ${what} on the machine that runs Pulumi: ${error.message}${cause}`);
  };

const unreadable = (host: Host, path: string) => failed(host, path, "its source cannot be read");

export const readSource = (host: Host, path: string, source: string): Promise<Uint8Array> =>
  readFile(source).catch(unreadable(host, path));

/** Digest of a source as it is, `undefined` where there is none: it was copied once, and may be gone since. */
export async function digestOf(host: Host, path: string, source: string): Promise<string | undefined> {
  const hash = createHash("sha256");
  try {
    await pipeline(createReadStream(source), hash);
  } catch (error) {
    if (isMissing(error)) return undefined;
    return unreadable(host, path)(error as Error);
  }
  return hash.digest("hex");
}

const isMissing = (error: unknown): boolean =>
  error instanceof Error && "code" in error && ["ENOENT", "ENOTDIR", "ENAMETOOLONG"].includes(String(error.code));

export async function fetched(host: Host, path: string, url: URL): Promise<Uint8Array> {
  const fail = failed(host, path, `${url.origin}${url.pathname} cannot be downloaded`);
  const response = await fetch(url).catch(fail);
  if (!response.ok) return fail(new Error(`the server answered ${response.status} ${response.statusText}`));
  return new Uint8Array(await response.arrayBuffer().catch(fail));
}

// What comes from the machine that runs Pulumi, or through it.
import { readFile } from "node:fs/promises";

import { HostError } from "../errors.ts";
import type { Host } from "../host.ts";

const failed = (host: Host, path: string, what: string) => (error: Error) => {
  const cause = error.cause instanceof Error ? `: ${error.cause.message}` : "";
  throw new HostError(host.name, `${path}: ${what} on the machine that runs Pulumi: ${error.message}${cause}`);
};

export const readSource = (host: Host, path: string, source: string): Promise<Uint8Array> =>
  readFile(source).catch(failed(host, path, "its source cannot be read"));

export async function fetched(host: Host, path: string, url: URL): Promise<Uint8Array> {
  const fail = failed(host, path, `${url.origin}${url.pathname} cannot be downloaded`);
  const response = await fetch(url).catch(fail);
  if (!response.ok) return fail(new Error(`the server answered ${response.status} ${response.statusText}`));
  return new Uint8Array(await response.arrayBuffer().catch(fail));
}

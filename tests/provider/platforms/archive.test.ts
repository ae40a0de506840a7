import { mkdtemp, realpath, rm } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";

import { inLibrary } from "./library-shell.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(await realpath(tmpdir()), "gw-archive-"));
});
afterEach(() => rm(folder, { recursive: true }));

/** Arguments of `gw_archive_unpack`, for who runs this. */
const asked = (sha256: string, format: string, strip: number) =>
  `${sha256} ${format} ${strip} ${process.getuid?.()} ${process.getgid?.()} "${folder}/the app"`;

test("a download that stands still is given up", async () => {
  const server = createServer((_, response) => {
    response.writeHead(200, { "content-length": 1000 }).write("some");
    setTimeout(() => response.destroy(), 8_000);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const impatient = `curl() {
    for word; do
      shift
      case $before in --speed-time) word=1 ;; --retry) word=0 ;; esac
      before=$word
      set -- "$@" "$word"
    done
    command curl "$@"
  }`;
  const url = `url http://127.0.0.1:${(server.address() as AddressInfo).port}/app.tar.gz\n`;
  const { exitCode, stderr } = await inLibrary(`${impatient}; gw_archive_unpack ${asked("0", "tar.gz", 0)}`, {
    stdin: url,
  });
  server.close();
  expect([exitCode, stderr]).toEqual([73, expect.stringContaining("Operation too slow")]);
});

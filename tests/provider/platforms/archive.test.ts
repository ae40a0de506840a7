import { createHash } from "node:crypto";
import { mkdtemp, readFile, realpath, rm, stat } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { inLibrary, onMac, shells } from "./library-shell.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(await realpath(tmpdir()), "gw-archive-"));
});
afterEach(() => rm(folder, { recursive: true }));

const sh = async (script: string) => (await execa("sh", ["-ec", script], { cwd: folder, env: { LC_ALL: "C" } })).stdout;
/** Arguments of `gw_archive_unpack`, for who runs this. */
const asked = (sha256: string, format: string, strip: number) =>
  `${sha256} ${format} ${strip} ${process.getuid?.()} ${process.getgid?.()} "${folder}/the app"`;
const packers = { "tar.gz": "tar -czf", zip: "zip -qry" };

describe.each(shells)("an archive in %s", (shell) => {
  /** Exit code, and what was said. */
  const run = async (script: string, stdin?: Uint8Array) => {
    const { exitCode, stdout, stderr } = await inLibrary(script, { shell, stdin });
    const said = `${stdout}${stderr}`.replaceAll(folder, "").replace(/^unpacking .*\n/, "");
    return [exitCode, said.trim()];
  };
  /** Unpacks what a script leaves in `app`: names in the archive begin with that, or with nothing. */
  const unpack = async (script: string, { format = "tar.gz" as keyof typeof packers, flat = false } = {}) => {
    const pack = `${packers[format]} "${folder}/packed.${format}"`;
    await sh(`rm -rf app packed*; mkdir app; ${script}; ${flat ? `cd app; ${pack} *` : `${pack} app`}`);
    const packed = await readFile(join(folder, `packed.${format}`));
    const sha256 = createHash("sha256").update(packed).digest("hex");
    const stdin = Buffer.concat([Buffer.from(`bytes ${packed.length}\n`), packed]);
    return run(`gw_archive_unpack ${asked(sha256, format, 1)}`, stdin);
  };
  const one = "echo one >app/version; mkdir app/bin";
  const two = "echo two >app/version";

  test.each(["tar.gz", "zip"] as const)("of a .%s of which nothing is left the old one stays", async (format) => {
    await unpack(one, { format });
    const nothing = "what stood there still stands: nothing of the archive is left after stripComponents: 1";
    expect(await unpack(two, { format, flat: true })).toEqual([73, expect.stringContaining(nothing)]);
    expect(await sh("cat 'the app/version'; ls -A | grep '^the app'")).toBe("one\nthe app");
  });

  // bsdtar sets them only of what root owns.
  test.skipIf(onMac && process.getuid?.() !== 0)("setuid and setgid are as in the archive", async () => {
    const modes = ["4755", "2751", "6750", "0640", "0755"];
    const made = modes.map((mode) => `touch 'a b'/${mode}; chmod ${mode} 'a b'/${mode}`).join("; ");
    expect(await unpack(`cd app; mkdir 'a b'; ${made}; cd ..`)).toEqual([0, ""]);
    const found = modes.map(async (mode) => (await stat(join(folder, "the app/a b", mode))).mode & 0o7777);
    expect(await Promise.all(found)).toEqual(modes.map((mode) => Number.parseInt(mode, 8)));
  });
});

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

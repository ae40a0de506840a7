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
  const unpack = async (
    script: string,
    { format = "tar.gz" as keyof typeof packers, flat = false, first = ":" } = {},
  ) => {
    const pack = `${packers[format]} "${folder}/packed.${format}"`;
    await sh(`rm -rf app packed*; mkdir app; ${script}; ${flat ? `cd app; ${pack} *` : `${pack} app`}`);
    const packed = await readFile(join(folder, `packed.${format}`));
    const sha256 = createHash("sha256").update(packed).digest("hex");
    const stdin = Buffer.concat([Buffer.from(`bytes ${packed.length}\n`), packed]);
    return run(`${first}; gw_archive_unpack ${asked(sha256, format, 1)}`, stdin);
  };
  const remove = (first = ":") => run(`${first}; gw_archive_remove "${folder}/the app"`);
  const one = "echo one >app/version; mkdir app/bin";
  const two = "echo two >app/version";

  test("what others put into it is kept beside it, and told, when another one takes its place", async () => {
    expect(await unpack(one)).toEqual([0, ""]);
    expect(await unpack(one)).toEqual([0, ""]);
    await sh("mkdir 'the app/uploads'; echo theirs >'the app/uploads/file'");
    expect(await unpack(two)).toEqual([
      ...[0, "moved aside what stood there: /the app.groundwork-1, with uploads, which is not from the archive"],
    ]);
    const kept = "cat 'the app/version' 'the app.groundwork-1/version' 'the app.groundwork-1/uploads/file'";
    expect(await sh(kept)).toBe("two\none\ntheirs");
    expect(await unpack(one)).toEqual([0, ""]);
    expect(await sh("ls -A | grep '^the app'; ls 'the app'")).toBe("the app\nthe app.groundwork-1\nbin\nversion");
  });

  test.each([
    ["of an odd name", `printf x >"$(printf 'the app/version\\n\\nx')"`],
    ["whose name only begins as one of the archive", `printf x >"$(printf 'the app/version\\t1:2:3')"`],
    ["below a directory of the archive", "printf x >'the app/bin/theirs'"],
    ["beside which the list is gone", "rm 'the app/.groundwork-archive-list'"],
  ])("so is a file %s, by a delete too", async (_, script) => {
    await unpack(one);
    await sh(script);
    const there = await sh("find 'the app' | sort");
    expect(await remove()).toEqual([0, expect.stringMatching(/^moved aside .*the app.groundwork-1, with /s)]);
    expect(await sh("ls -A | grep '^the app'")).toBe("the app.groundwork-1");
    expect(await sh("mv 'the app.groundwork-1' 'the app'; find 'the app' | sort")).toBe(there);
  });

  test("nothing is done where something is mounted in it, or in what a killed run left", async () => {
    const mounted = (path: string) => `gw_mounts() { printf '%s\\n' / '${folder}/${path}'; }`;
    const why = "nothing was done at /the app, which is replaced and removed whole";
    const advice = "unmount it, or mount it elsewhere, and run again";
    await unpack(one);
    await sh("mkdir -p 'the app/data' 'the app.groundwork-old/data'; touch 'the app.groundwork-old/data/x'");
    for (const path of ["the app", "the app/data", "the app.groundwork-old/data"]) {
      const refused = [73, `${why}: /${path} is mounted there; ${advice}`];
      expect(await unpack(two, { first: mounted(path) })).toEqual(refused);
      expect(await remove(mounted(path))).toEqual(refused);
    }
    const untold = [73, expect.stringContaining("the host does not tell what is mounted there")];
    expect(await remove("gw_mounts() { false; }")).toEqual(untold);
    expect(await sh("cat 'the app/version'; ls -A 'the app.groundwork-old/data'")).toBe("one\nx");
    expect((await unpack(two, { first: mounted("the app 2") }))[0]).toBe(0);
  });

  test("what others put into it is no drift, nor is all compared because of it", async () => {
    await unpack(one);
    const edits = async (first = ":") => {
      const [, said = ""] = String((await run(`${first}; echo "${folder}/the app" | gw_archives`))[1]).split(" ");
      return Buffer.from(said, "base64").toString();
    };
    const comparing = "gw_archive_contents() { cat >/dev/null; }"; // nothing is as it was
    expect(await edits(comparing)).toBe("");
    await sh("mkdir 'the app/uploads'; touch 'the app/uploads/file' 'the app/bin/theirs'");
    expect(await edits(comparing)).toBe("");
    await sh("touch 'the app/version'");
    expect(await edits(comparing)).toBe("bin\nversion");
    expect(await edits()).toBe("");
    await sh("chmod 700 'the app/bin'");
    expect(await edits()).toBe("bin");
    await sh("rm -r 'the app/bin'");
    expect(await edits()).toBe("bin");
  });

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

test("a Mac tells what is mounted", async () => {
  const said = `/dev/disk3s1s1 on / (apfs, sealed, local, read-only, journaled)
map auto_home on /System/Volumes/Data/home (autofs, automounted, nobrowse)
//me@nas/big%20one on /opt/app/on / (it) (smbfs, nodev, nosuid, mounted by me)
/dev/disk4s1 on /System/Volumes/Data (apfs, local)`;
  const { stdout } = await inLibrary(`mount() { echo '${said}'; }; gw_mounts`, { platform: "darwin" });
  expect(stdout.toString()).toBe("/\n/home\n/opt/app/on / (it)\n/System/Volumes/Data\n");
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

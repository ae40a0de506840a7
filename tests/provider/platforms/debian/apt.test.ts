// How the library's shell uses apt, with doubles of its programs.
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { afterEach, beforeEach, expect, test } from "vitest";

import { platformOf } from "../../../../src/provider/platforms/index.ts";
import { libraryOf } from "../../../../src/provider/platforms/library.ts";

const { packages } = platformOf("debian");
const held = (file: string) => `E: Could not get lock ${file}. It is held by process 4711 (apt-get)`;

let place: string;
beforeEach(async () => {
  place = await mkdtemp(join(tmpdir(), "apt-"));
  await mkdir(join(place, "updates"));
});
afterEach(() => rm(place, { recursive: true }));

/** Programs by name, as text for sh; each notes its words in a file. */
async function install(programs: Record<string, string>, lockTimeoutSec: number) {
  const all = { flock: "", dpkg: "", sleep: "", "dpkg-query": "exit 1", "apt-mark": "", ...programs };
  for (const [name, text] of Object.entries(all)) {
    const file = join(place, name);
    await writeFile(file, `#!/bin/sh\ncd ${place}\necho "${name} $*" >>asked\n${text}\n`);
    await chmod(file, 0o755);
  }
  const library = libraryOf("debian")
    .replaceAll("/run/groundwork-apt.lock", join(place, "lock"))
    .replaceAll("/var/lib/apt/lists/", join(place, "lists-"))
    .replaceAll("/var/lib/dpkg/", `${place}/`);
  const { argv } = packages.install([{ name: "hello" }], { recommends: false, lockTimeoutSec });
  const env = { PATH: `${place}:${process.env["PATH"]}`, LC_ALL: "C" };
  const { exitCode, stdout, stderr } = await execa("sh", ["-s"], {
    input: `${library}\n${argv.join(" ")}`,
    env,
    reject: false,
  });
  const asked = (await readFile(join(place, "asked"), "utf8")).split("\n");
  const runs = asked.flatMap((line) => /^apt-get .*? (update|install) ?/.exec(line)?.[1] ?? []);
  return { exitCode, runs, stdout, said: packages.failure({ exitCode: 0, stdout: Buffer.from(stdout), stderr }) };
}

const busyTwice = (file: string) =>
  `echo >>tries; [ "$(wc -l <tries)" -gt 2 ] || { echo '${held(file)}' >&2; exit 100; }`;

test("a refresh of the lists waits while another program has them", async () => {
  const file = "/var/lib/apt/lists/lock";
  const apt = `case "$*" in *update*) ${busyTwice(file)} ;; esac`;
  const { exitCode, runs, stdout } = await install({ "apt-get": apt }, 60);
  expect([exitCode, runs]).toEqual([0, ["update", "update", "update", "install"]]);
  expect(stdout).toContain("waiting for another program that uses apt");
});

test("so does a download", async () => {
  const apt = `case "$*" in *install*) ${busyTwice("/var/cache/apt/archives/lock")} ;; esac`;
  expect(await install({ "apt-get": apt }, 60)).toMatchObject({
    exitCode: 0,
    runs: ["update", ...Array(3).fill("install")],
  });
});

test("when the time allowed is over, who has the lists is the whole error, and nothing is installed", async () => {
  const apt = `case "$*" in *update*) echo '${held("/var/lib/apt/lists/lock")}' >&2; exit 100 ;; esac`;
  const { exitCode, runs, said } = await install({ "apt-get": apt, sleep: "exec /bin/sleep 1" }, 2);
  expect([exitCode, runs.at(-1)]).toEqual([100, "update"]);
  expect(runs.length).toBeGreaterThan(1);
  expect(said).toMatch(/^apt is in use by process 4711 \(apt-get\), still after the time allowed/);
});

test("lists that cannot be refreshed for another reason may still do", async () => {
  const apt = `case "$*" in
    *update*) echo 'W: Failed to fetch http://mirror/InRelease' >&2; exit 100 ;;
    *) echo 'E: Unable to locate package hello' >&2; exit 100 ;;
  esac`;
  const { exitCode, runs, said } = await install({ "apt-get": apt }, 60);
  expect([exitCode, runs]).toEqual([100, ["update", "install"]]);
  expect(said).toContain("could not be refreshed: Failed to fetch http://mirror/InRelease");
});

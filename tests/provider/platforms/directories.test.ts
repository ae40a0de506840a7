import { lstat, mkdir, mkdtemp, realpath, rm, stat, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";

import { inLibrary, shells } from "./library-shell.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(await realpath(tmpdir()), "gw-directories-"));
  await mkdir(join(folder, "disks/a b/data"), { recursive: true });
  await mkdir(join(folder, "var/lib"), { recursive: true });
  await symlink("disks/a b", join(folder, "disk"));
  await symlink(`${folder}/disk//data/./`, join(folder, "var/lib/absolute"));
  await symlink("../../disk/../../disks/a b/data", join(folder, "var/lib/relative"));
  await symlink("relative", join(folder, "var/lib/twice"));
});
afterAll(() => rm(folder, { recursive: true }));

/** Where root alone may change all but one folder. */
const trusting = (script: string, shell: string, theirs = "none") =>
  inLibrary(`find() { [ "$1" = "${folder}/${theirs}" ] || printf '%s\\n' "$1"; }; ${script}`, { shell });

for (const shell of shells) {
  test.each(["absolute", "relative", "twice"])(`a link that is %s is followed to its end in ${shell}`, async (link) => {
    const { stdout, stderr } = await trusting(`gw_follow "${folder}/var/lib/${link}"; printf %s "$gw_at"`, shell);
    expect([stdout.toString(), stderr]).toEqual([`${folder}/disks/a b/data`, ""]);
  });

  test(`a directory is changed, and not removed, where a link leads to it, in ${shell}`, async () => {
    const link = join(folder, "var/lib/twice");
    const led = join(folder, "disks/a b/data");
    const owner = `${process.getuid?.()} ${process.getgid?.()}`;
    for (const mode of ["0750", "0700"]) {
      expect(await trusting(`gw_directory_make ${mode} ${owner} "${link}"`, shell)).toMatchObject({ exitCode: 0 });
      expect([(await stat(led)).mode & 0o7777, (await lstat(link)).isSymbolicLink()]).toEqual([
        Number.parseInt(mode, 8),
        true,
      ]);
    }
    const { stdout } = await trusting(`gw_directory_remove "${link}" all`, shell);
    expect(stdout.toString()).toBe(`left: ${link} is a link, and nothing is removed through one\n`);
    expect((await stat(led)).isDirectory()).toBe(true);
  });

  test.each([
    ["relative", "var/lib"],
    ["relative", "disks"],
    ["twice", "disks/a b"],
    ["absolute", "disks/a b"],
    ["absolute", "var"],
  ])(`a link that is %s is not followed through the %s of others in ${shell}`, async (link, theirs) => {
    const { exitCode, stderr } = await trusting(`gw_follow "${folder}/var/lib/${link}"`, shell, theirs);
    expect([exitCode, stderr]).toEqual([
      ...[73, expect.stringContaining(`was not followed: others than root may change ${folder}/${theirs}, `)],
    ]);
  });
}

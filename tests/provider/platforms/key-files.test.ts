import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { libraryOf } from "../../../src/provider/platforms/library.ts";

const platform = process.platform === "darwin" ? "darwin" : "debian";

describe.each([
  ["a pipe", "mkfifo taken"],
  ["a link to a key", "openssl genpkey -algorithm ED25519 -out other; ln -s other taken"],
  ["a link to nothing", "ln -s nothing taken"],
  ["a folder", "mkdir taken"],
])("%s where a key should be", (_, plant) => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "gw-keys-"));
    await execa("sh", ["-c", plant], { cwd: folder });
  });
  afterAll(() => rm(folder, { recursive: true }));
  const run = (script: string) =>
    execa("sh", ["-c", `${libraryOf(platform)}\ngw_detect\n(${script})`], { reject: false, timeout: 20_000 });

  test("holds none, and is not opened", async () => {
    expect(await run(`echo ${folder}/taken | gw_tls_keys`)).toMatchObject({ stdout: `? - ${folder}/taken` });
  });

  test("is not touched, whether a key is made there or changes hands", async () => {
    const own = `${process.getuid?.()} ${process.getgid?.()}`;
    const refused = { exitCode: 76, stderr: expect.stringContaining(`${folder}/taken is there already and no file`) };
    expect(await run(`gw_tls_key_make ${folder}/taken 0600 ${own} name`)).toMatchObject(refused);
    expect(await run(`gw_tls_key_give 0600 ${own} ${folder}/taken`)).toMatchObject(refused);
  });
});

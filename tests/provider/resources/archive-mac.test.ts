import { createHash } from "node:crypto";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import archive from "../../../src/provider/resources/archive.ts";
import { archiveSchema } from "../../../src/schemas/archive.ts";
import { canRunLab, whyNoLab } from "../../support/lab.ts";
import { type Machine, machine } from "../../support/machine.ts";

describe.skipIf(!canRunLab)(`Archive on a Mac-like lab host ${whyNoLab && `(skipped: ${whyNoLab})`}`, () => {
  let host: Machine;
  let folder: string;
  beforeAll(async () => {
    host = await machine("test-user-mac", "mac", "mac");
    await host.reset();
    folder = await mkdtemp(join(tmpdir(), "archive-mac-"));
  });
  afterAll(async () => {
    await rm(folder, { recursive: true });
    await host?.close();
  });

  /** An archive that somebody without rights made, always the same of a version. */
  const app = async (version: string, name = "app") => {
    const script = `mkdir -p app; echo ${version} >app/version; for mode in 4755 2750; do touch app/$mode; chmod $mode app/$mode; done
      tar --mtime=@0 --owner=somebody:1234 --group=some:1234 -czf ${version}.tar.gz app`;
    await execa("sh", ["-ec", script], { cwd: folder });
    const source = join(folder, `${version}.tar.gz`);
    const sha256 = createHash("sha256")
      .update(await readFile(source))
      .digest("hex");
    return archiveSchema.inputs.parse({ host: "mac", path: `/opt/${name}`, source, sha256, stripComponents: 1 });
  };

  test("setuid and setgid are as in the archive, whoever made that", async () => {
    await host.apply(archive, await app("one"));
    expect(await host.shell("cd /opt/app; stat -f '%Mp%Lp %Su' *")).toBe("2750 root\n4755 root\n0644 root");
    expect(await host.drifted(archive, await app("one"))).toEqual([]);
  });

  test("with something mounted in it nothing is done", async () => {
    await host.shell(
      "mkdir /opt/volume /opt/app/data; echo precious >/opt/volume/file; mount --bind /opt/volume /opt/app/data",
    );
    const refusal = /nothing was done at \/opt\/app, .*: \/opt\/app\/data is mounted there/;
    await expect(host.apply(archive, await app("two"))).rejects.toThrow(refusal);
    await expect(host.remove(archive, await app("two"))).rejects.toThrow(refusal);
    expect(await host.shell("cat /opt/app/version /opt/app/data/file")).toBe("one\nprecious");
    await host.shell("umount /opt/app/data; cat /opt/volume/file");
  });

  test("what others put into it steps aside with it, and is no drift", async () => {
    expect(await host.drifted(archive, await app("one"))).toEqual([]);
    await host.apply(archive, await app("two"));
    expect(host.progress).toContain(
      "moved aside what stood there: /opt/app.groundwork-1, with data, which is not from the archive",
    );
    await host.shell("touch /opt/app/theirs");
    await host.remove(archive, await app("two"));
    expect(await host.shell("cd /opt; cat app.groundwork-[12]/version; ls -d app*; rm -r app*")).toBe(
      "one\ntwo\napp.groundwork-1\napp.groundwork-2",
    );
  });
});

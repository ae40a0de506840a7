import { createHash } from "node:crypto";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import archive from "../../../src/provider/resources/archive.ts";
import type { Values } from "../../../src/provider/values.ts";
import { canRunLab, startLab, type TestLab, whyNoLab } from "../../support/lab.ts";
import { desired, type LabHost, labHost } from "./lab-host.ts";

describe.skipIf(!canRunLab)(`an archive on a lab host ${whyNoLab && `(skipped: ${whyNoLab})`}`, () => {
  let lab: TestLab;
  let on: LabHost;
  let folder: string;
  let server: Server;
  let served: string;
  const sh = async (script: string) => {
    const { stdout, stderr, exitCode } = await lab.run("storage", ["sh", "-c", script]);
    if (exitCode !== 0) throw new Error(`${script}: ${stderr}`);
    return stdout.trim();
  };
  /** Packs `app-VERSION/bin/app`, which says its version, and `app-VERSION/VERSION` of SIZE bytes. */
  const pack = async (version: string, suffix: string, size = 10) => {
    const script = `mkdir -p app-${version}/bin; echo ${version} >app-${version}/bin/app; chmod 750 app-${version}/bin/app
      head -c ${size} /dev/urandom >app-${version}/VERSION; ln -sf bin/app app-${version}/link`;
    const packer = suffix === "zip" ? ["zip", "-qry"] : ["tar", "-caf"];
    await execa("sh", ["-c", `${script}; ${packer.join(" ")} ${version}.${suffix} app-${version}`], { cwd: folder });
    const source = path.join(folder, `${version}.${suffix}`);
    return {
      source,
      sha256: createHash("sha256")
        .update(await readFile(source))
        .digest("hex"),
    };
  };
  const app = (values: Values) =>
    desired(archive, { host: "storage", path: "/srv/app", stripComponents: 1, ...values });
  const leftovers = () => sh("ls -A /srv | grep -v '^app$' || true");

  beforeAll(async () => {
    lab = await startLab("test-archive", { hosts: ["storage"] });
    await lab.reset("storage");
    on = await labHost(lab, "storage");
    folder = await mkdtemp(path.join(tmpdir(), "archive-"));
    server = createServer(async (request, response) => {
      const bytes = await readFile(path.join(folder, path.basename(new URL(request.url ?? "", served).pathname))).catch(
        () => undefined,
      );
      response.writeHead(bytes ? 200 : 404).end(bytes);
    });
    await new Promise<void>((resolve) => server.listen(0, resolve));
    const [gateway] = lab.subnet.split("/");
    served = `http://${gateway?.replace(/\.0$/, ".1")}:${(server.address() as AddressInfo).port}`;
  }, 120_000);
  afterAll(async () => {
    server?.close();
    if (folder) await rm(folder, { recursive: true });
    await on?.close();
    await lab?.stop();
  });

  test("from a local file: unpacked with owner and modes, then there is nothing to do", async () => {
    const one = app({ ...(await pack("one", "tar.gz")), owner: "daemon", group: "adm" });
    expect(await archive.apply(on.host, one)).toEqual({ ...one, unpacked: expect.stringMatching(/^20\S+Z$/) });
    expect(await sh("cd /srv/app; stat -c '%n %a %U %G' . bin/app; cat link")).toBe(
      ". 755 daemon adm\nbin/app 750 daemon adm\none",
    );
    await archive.apply(on.host, one, one);
    expect(on.frames.filter((frame) => frame === "gw_archive_unpack")).toHaveLength(1);
    expect(await leftovers()).toBe("");
  });

  test("a new version replaces the old one whole, which stays under another name where others put something into it", async () => {
    const [two, one] = [app(await pack("two", "tar.gz")), app(await pack("one", "tar.gz"))];
    await archive.apply(on.host, two, await archive.read(on.host, app({ ...two, sha256: "0".repeat(64) })));
    expect(await sh("cat /srv/app/link; ls /srv/app")).toBe("two\nVERSION\nbin\nlink");
    expect(await leftovers()).toBe("");
    await sh("touch /srv/app/bin/stray");
    await archive.apply(on.host, one);
    expect(on.said).toContain(
      "moved aside what stood there: /srv/app.groundwork-1, with bin/stray, which is not from the archive",
    );
    expect(await sh("cat /srv/app/link /srv/app.groundwork-1/link; ls /srv/app/bin /srv/app.groundwork-1/bin")).toBe(
      "one\ntwo\n/srv/app.groundwork-1/bin:\napp\nstray\n\n/srv/app/bin:\napp",
    );
    await sh("rm -r /srv/app.groundwork-1");
    await archive.apply(on.host, two);
    expect(await leftovers()).toBe("");
  });

  test("with something mounted in it nothing is done, neither to it nor to what is mounted there", async () => {
    const mounted = (values: Values) => app({ path: "/srv/mounted app", ...values });
    const [two, one] = [mounted(await pack("two", "tar.gz")), mounted(await pack("one", "tar.gz"))];
    await archive.apply(on.host, two);
    await sh(`mkdir /srv/volume '/srv/mounted app/the data'; echo precious >/srv/volume/file
      mount --bind /srv/volume '/srv/mounted app/the data'`);
    const refusal = "nothing was done at /srv/mounted app, .*: /srv/mounted app/the data is mounted there; unmount it";
    await expect(archive.apply(on.host, one)).rejects.toThrow(new RegExp(refusal));
    await expect(archive.remove(on.host, one)).rejects.toThrow(new RegExp(refusal));
    expect(await sh("cat '/srv/mounted app/link' '/srv/mounted app/the data/file'")).toBe("two\nprecious");
    await sh("umount '/srv/mounted app/the data'; rmdir '/srv/mounted app/the data'");
    await archive.remove(on.host, one);
    expect(await sh("cat /srv/volume/file; rm -r /srv/volume; ls -d /srv/mounted* || :")).toBe("precious");
  });

  test("a program that is no archive lies there under its own name, executable; another one takes its place", async () => {
    const program = async (version: string) => {
      const source = path.join(folder, `tool-${version}`);
      await writeFile(source, `#!/bin/sh\necho ${version}\n`, { mode: 0o600 });
      const sha256 = createHash("sha256")
        .update(await readFile(source))
        .digest("hex");
      return { sha256, path: "/srv/tool", unpack: false, stripComponents: 0 };
    };
    const said = () => sh("cd /srv/tool; for each in *; do ./$each; done; stat -c '%a %U' *");
    const one = app({ ...(await program("one")), source: path.join(folder, "tool-one"), owner: "daemon" });
    await archive.apply(on.host, one);
    expect(await said()).toBe("one\n755 daemon");
    const two = app({ ...(await program("two")), url: `${served}/tool-two?token=secret` });
    await archive.apply(on.host, two, await archive.read(on.host, one));
    expect(await said()).toBe("two\n755 root");
    await sh("echo more >>/srv/tool/tool-two");
    on = await on.again();
    expect(await archive.read(on.host, two)).toMatchObject({ edits: ["tool-two"] });
    await archive.remove(on.host, two);
    expect(await leftovers()).toBe("");
  });

  test("drift: another version, or none", async () => {
    const wanted = app({ ...(await pack("two", "tar.gz")) });
    on = await on.again();
    expect(await archive.read(on.host, app({ ...wanted, sha256: "0".repeat(64) }))).toMatchObject({ owner: "root" });
    await sh("mv /srv/app /srv/gone");
    on = await on.again();
    expect(await archive.read(on.host, wanted)).toBeUndefined();
    await sh("mv /srv/gone /srv/app");
  });

  test("drift: what of it was changed or removed, but neither what was only touched nor what was added", async () => {
    const wanted = app({ ...(await pack("two", "tar.gz")) });
    const edits = async (script: string) => {
      await sh(`cd /srv/app; ${script}`);
      on = await on.again();
      return (await archive.read(on.host, wanted))?.["edits"];
    };
    const since = async () => (await archive.read(on.host, wanted))?.["unpacked"];
    expect(await edits(":")).toEqual([]);
    const before = await since();
    expect(await edits("touch bin/app link VERSION; mkdir logs; touch 'logs/a file'")).toEqual([]);
    expect(await since()).toBe(before);
    expect(await edits("chmod 700 bin/app; touch -d 2001-01-01 bin/app")).toEqual(["bin/app"]);
    expect(await edits("echo more >>VERSION; touch -d 2001-01-01 VERSION; ln -sf VERSION link")).toEqual([
      "VERSION",
      "bin/app",
      "link",
    ]);
    await archive.apply(on.host, wanted);
    expect(await edits(":")).toEqual([]);
    expect(await since()).not.toBe(before);
    expect(await edits("rm -r bin")).toEqual(["bin", "bin/app"]);
    await archive.apply(on.host, wanted);
    expect(await edits("rm link")).toEqual(["link"]);
    expect(await edits("rm .groundwork-archive-list")).toEqual([".groundwork-archive-list"]);
    await archive.apply(on.host, wanted);
    expect(await edits("cat bin/app >/dev/null")).toEqual([]);
    // Others put logs into the first; of the second nobody knows what it held.
    expect(await sh("ls /srv/app.groundwork-1/logs; rm -r /srv/app.groundwork-[12]")).toBe("a file");
    expect(await leftovers()).toBe("");
  });

  test("an edit is seen whatever the clock does, from what all looked like when it was unpacked, where that was noted", async () => {
    const wanted = app({ ...(await pack("two", "tar.gz")) });
    const edits = async (script: string) => {
      await archive.apply(on.host, wanted);
      await sh(`cd /srv/app; ${script}`);
      on = await on.again();
      return (await archive.read(on.host, wanted))?.["edits"];
    };
    const unpackedTomorrow = "touch -d tomorrow . .groundwork-archive*";
    expect(await edits(unpackedTomorrow)).toEqual([]);
    expect(await edits(`${unpackedTomorrow}; echo more >>VERSION`)).toEqual(["VERSION"]);
    expect(await edits(`${unpackedTomorrow}; chmod 700 bin/app`)).toEqual(["bin/app"]);
    expect(await edits(`${unpackedTomorrow}; rm link; touch -d yesterday .`)).toEqual(["link"]);
    expect(await edits("echo unread >>.groundwork-archive-list")).toEqual([]);
    expect(await edits("touch VERSION")).toEqual(["unread"]);
    expect(await edits("rm .groundwork-archive-looks")).toEqual([]);
    expect(await edits("rm .groundwork-archive-looks; echo more >>VERSION")).toEqual(["VERSION"]);
  });

  test("an edit is seen also where nobody could look when it was unpacked, nor can now", async () => {
    await sh(`cat >/usr/local/bin/stat <<'END'
#!/bin/sh
case "$*" in *%.9Z*) exit 1 ;; *) exec /usr/bin/stat "$@" ;; esac
END
      chmod 755 /usr/local/bin/stat`);
    const wanted = app({ ...(await pack("three", "tar.gz")) });
    await archive.apply(on.host, wanted);
    await sh("echo more >>/srv/app/VERSION");
    on = await on.again();
    expect(await archive.read(on.host, wanted)).toMatchObject({ edits: ["VERSION"] });
    await sh("rm /usr/local/bin/stat");
    await archive.apply(on.host, app({ ...(await pack("two", "tar.gz")) }));
  });

  test("the wrong digest, a missing file and a damaged archive leave the old version", async () => {
    const three = await pack("three", "tar.gz");
    const wrong = app({ ...three, sha256: "0".repeat(64) });
    await expect(archive.apply(on.host, wrong)).rejects.toThrow(
      `/srv/app was not unpacked: the archive is not the declared one: its sha256 is ${three.sha256}, declared is ${wrong["sha256"]}`,
    );
    const absent = app({ url: `${served}/absent.tar.gz`, sha256: three.sha256 });
    await expect(archive.apply(on.host, absent)).rejects.toThrow(/absent.tar.gz cannot be downloaded .*404/);
    await execa("sh", ["-c", "head -c 100 three.tar.gz >cut.tar.gz"], { cwd: folder });
    const source = path.join(folder, "cut.tar.gz");
    const cut = app({
      source,
      sha256: createHash("sha256")
        .update(await readFile(source))
        .digest("hex"),
    });
    await expect(archive.apply(on.host, cut)).rejects.toThrow(/\/srv\/app was not written.*gzip/s);
    expect(await sh("cat /srv/app/link")).toBe("two");
    expect(await leftovers()).toBe("");
  });

  test("what a killed run left is cleared by the next", async () => {
    await sh(
      "cd /srv; mkdir -p .groundwork.app.4194000/new app.groundwork-old; touch .groundwork.app.4194000/download",
    );
    await archive.apply(on.host, app(await pack("four", "tar.gz")));
    expect(await sh("cat /srv/app/link")).toBe("four");
    expect(await leftovers()).toBe("");
  });

  test("fault 5: on a full disk the old version stays, and the error says what is free", async () => {
    await sh("mkdir /srv/small; mount -t tmpfs -o size=200k tmpfs /srv/small");
    const small = (values: Values) => app({ path: "/srv/small/app", ...values });
    await archive.apply(on.host, small(await pack("small", "tar.gz")));
    const failure = await archive.apply(on.host, small(await pack("big", "tar.gz", 150_000))).catch(String);
    const left = await sh("cat /srv/small/app/link; ls -A /srv/small; umount /srv/small; rmdir /srv/small");
    expect(failure).toMatch(/No space left on device.*make room \(.* inodes are free\)/s);
    expect(left).toBe("small\napp");
  });

  test("through this machine where the host has no program that downloads, by the host where it has", async () => {
    const { sha256 } = await pack("five", "tar.gz");
    on.said.length = 0;
    await archive.apply(on.host, app({ url: `${served}/five.tar.gz?token=canary`, sha256 }));
    expect(on.said).toContain("the host has neither curl nor wget: the archive goes through this machine");
    await sh(
      "apt-get -qq update && DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends curl xz-utils zstd unzip >/dev/null 2>&1",
    );
    const six = await pack("six", "tar.xz");
    on.said.length = 0;
    await archive.apply(on.host, app({ url: `${served}/six.tar.xz`, sha256: six.sha256 }));
    expect(on.said).toEqual(["unpacking /srv/app"]);
    await expect(archive.apply(on.host, app({ url: `${served}/none.tar.xz`, sha256: "0".repeat(64) }))).rejects.toThrow(
      /download failed: .*404/,
    );
    expect(await sh("cat /srv/app/link")).toBe("six");
  }, 120_000);

  test.each(["tgz", "tar.zst", "zip"])("unpacks .%s", async (suffix) => {
    await archive.apply(on.host, app(await pack(`of-${suffix}`, suffix)));
    expect(await sh("cat /srv/app/link; stat -c %a /srv/app/bin/app; ls /srv/app | wc -l")).toBe(
      `of-${suffix}\n750\n3`,
    );
  });

  test.each([
    ["tar.gz", "tar -czf"],
    ["zip", "zip -qD"],
  ])("directories that a .%s does not list can be entered by everybody", async (suffix, packer) => {
    await pack("implied", suffix);
    await execa("sh", ["-c", `rm implied.${suffix}; ${packer} implied.${suffix} app-implied/bin/app`], { cwd: folder });
    const source = path.join(folder, `implied.${suffix}`);
    const sha256 = createHash("sha256").update(await readFile(source));
    await archive.apply(on.host, app({ source, sha256: sha256.digest("hex"), owner: "daemon" }));
    expect(await sh("cd /srv/app; stat -c '%a %U' . bin bin/app")).toBe("755 daemon\n755 daemon\n750 daemon");
  });

  test("what is not from an archive steps aside, and is not removed", async () => {
    await sh("rm -r /srv/app; mkdir /srv/app; echo mine >/srv/app/data");
    on = await on.again();
    const seven = app(await pack("seven", "tar.gz"));
    await archive.apply(on.host, seven);
    expect(on.said).toContain("moved aside what stood there: /srv/app.groundwork-1");
    await archive.remove(on.host, seven);
    await archive.remove(on.host, seven);
    expect(await sh("cat /srv/app.groundwork-1/data; mv /srv/app.groundwork-1 /srv/app; ls /srv")).toBe("mine\napp");
    await archive.remove(on.host, seven);
    expect(await sh("cat /srv/app/data")).toBe("mine");
  });
});

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { Unobservable } from "../../../src/provider/errors.ts";
import exec from "../../../src/provider/resources/exec.ts";
import { differences } from "../../../src/provider/rpc/diff.ts";
import type { Values } from "../../../src/provider/values.ts";
import { canRunLab, startLab, type TestLab, whyNoLab } from "../../support/lab.ts";
import { desired, type LabHost, labHost } from "./lab-host.ts";

describe.skipIf(!canRunLab)(`an Exec on a lab host ${whyNoLab && `(skipped: ${whyNoLab})`}`, () => {
  let lab: TestLab;
  let on: LabHost;
  const sh = async (script: string) => (await lab.run("storage", ["sh", "-c", script])).stdout.trim();
  const marker = (values: Values = {}) =>
    desired(exec, {
      host: "storage",
      name: "marker",
      check: ["test", "-e", "/srv/marker"],
      command: ["sh", "-c", "echo working; cat >>/srv/marker"],
      stdin: "a secret\n",
      undo: ["rm", "/srv/marker"],
      ...values,
    });

  beforeAll(async () => {
    lab = await startLab("test-exec", { hosts: ["storage"] });
    await lab.reset("storage");
    on = await labHost(lab, "storage");
  }, 120_000);
  afterAll(async () => {
    await on?.close();
    await lab?.stop();
  });

  test("runs once, until its check says that it is gone", async () => {
    expect(await exec.read(on.host, marker())).toBeUndefined();
    const state = await exec.apply(on.host, marker());
    expect(on.said).toEqual(["working"]);
    await exec.apply(on.host, marker(), state);
    expect(await sh("cat /srv/marker")).toBe("a secret");
    await sh("rm /srv/marker");
    expect(await exec.read(on.host, marker())).toBeUndefined();
    await exec.apply(on.host, marker());
    expect(await sh("cat /srv/marker")).toBe("a secret");
  });

  test("runs as the user that it names", async () => {
    const whose = marker({ check: ["test", "-O", "/tmp/whose"], command: ["touch", "/tmp/whose"], user: "operator" });
    await exec.apply(on.host, whose);
    expect(await sh("stat -c %U /tmp/whose")).toBe("operator");
    await expect(exec.read(on.host, { ...whose, user: "root" })).resolves.toBeUndefined();
  });

  test("a first trigger is a change, too", () => {
    const found = differences(exec.schema, marker(), marker({ triggers: { version: "1" } }));
    expect(found.map(({ path }) => path)).toEqual([["triggers", "version"]]);
  });

  test("runs again when a trigger changes, and again when that failed", async () => {
    const state = await exec.apply(on.host, marker({ triggers: { version: "1" } }));
    const second = marker({ triggers: { version: "2" } });
    await expect(exec.apply(on.host, { ...second, command: ["false"] }, state)).rejects.toThrow(
      /`false` ended with exit code 1/,
    );
    await exec.apply(on.host, second, state);
    expect(await sh("grep -c secret /srv/marker")).toBe("2");
  });

  test("a check that does not end is unknown, and nothing else waits for what it leaves running", async () => {
    const endless = marker({ check: ["sh", "-c", "sleep 1000; true"], checkTimeoutSec: 1 });
    await expect(exec.read(on.host, endless)).rejects.toThrow(Unobservable);
    await expect(exec.read(on.host, endless)).rejects.toThrow(/sleep 1000.* said: .*it was ended after 1 s/s);
    expect(await sh("pgrep -fc '^sleep 1000$' || :")).toBe("0");

    const begun = performance.now();
    expect(await exec.read(on.host, marker({ check: ["sh", "-c", "sleep 30 & exit 1"] }))).toBeUndefined();
    expect(performance.now() - begun).toBeLessThan(15_000);
  });

  test("a check that is neither yes nor no is unknown, never a no, and asked again before the command", async () => {
    const said = /^storage: its check says neither yes nor no: .* ended with exit code 2 and said: it is broken/;
    const broken = marker({ check: ["sh", "-c", "test -e /srv/mended && exit 1; echo it is broken >&2; exit 2"] });
    await expect(exec.read(on.host, broken)).rejects.toThrow(Unobservable);
    await expect(exec.read(on.host, broken)).rejects.toThrow(said);
    await sh("rm /srv/marker");
    await expect(exec.apply(on.host, broken, broken)).rejects.toThrow(said);
    await sh("touch /srv/mended");
    await expect(exec.apply(on.host, broken, broken)).rejects.toThrow(/does not show it/);
    expect(await sh("cat /srv/marker; rm /srv/mended")).toBe("a secret");
  });

  test("a check whose program is not there yet is unknown, and asked again before the command", async () => {
    const waiting = marker({ check: ["/srv/asks"], undo: undefined });
    await expect(exec.read(on.host, waiting)).rejects.toThrow(Unobservable);
    await expect(exec.read(on.host, waiting)).rejects.toThrow(/^storage: .*\/srv\/asks.* No such file/);
    await expect(exec.apply(on.host, waiting)).rejects.toThrow(/^storage: .*\/srv\/asks.* No such file/);
    expect(await sh("ls /srv")).toBe("marker");
    await sh("printf '#!/bin/sh\ntest -s /srv/marker' >/srv/asks");
    await expect(exec.read(on.host, waiting)).rejects.toThrow(Unobservable); // not executable
    await sh("chmod +x /srv/asks; : >/srv/marker");
    expect(await exec.read(on.host, waiting)).toBeUndefined();
    await exec.apply(on.host, waiting);
    expect(await sh("cat /srv/marker; rm /srv/asks")).toBe("a secret");
  });

  test("a command that leaves the check at no has not done its work", async () => {
    await sh("rm -f /srv/marker");
    await expect(exec.apply(on.host, marker({ command: ["true"] }))).rejects.toThrow(/does not show it/);
  });

  test("is undone once; without undo it is only forgotten", async () => {
    await exec.apply(on.host, marker());
    await exec.remove(on.host, marker({ undo: undefined }));
    expect(await sh("cat /srv/marker")).toBe("a secret");
    await exec.remove(on.host, marker());
    await exec.remove(on.host, marker());
    expect(await sh("ls /srv")).toBe("");
    expect(() => exec.identify("marker")).toThrow(/cannot be imported/);
  });
});

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { Unobservable } from "../../../src/provider/errors.ts";
import { drift } from "../../../src/provider/resource.ts";
import key from "../../../src/provider/resources/kes-key.ts";
import type { Values } from "../../../src/provider/values.ts";
import { copyKes, startKes } from "../../support/kes.ts";
import { canRunLab, startLab, type TestLab, whyNoLab } from "../../support/lab.ts";
import { script } from "../../support/script.ts";
import { desired, type LabHost, labHost } from "./lab-host.ts";

describe.skipIf(!canRunLab)(`keys in a real KES on a lab host ${whyNoLab && `(skipped: ${whyNoLab})`}`, () => {
  let lab: TestLab;
  let storage: LabHost;

  beforeAll(async () => {
    lab = await startLab("test-kes-key", { hosts: ["storage"] });
    await lab.reset("storage");
    await copyKes(lab, "storage");
    await shell(startKes);
    storage = await labHost(lab, "storage");
  });
  afterAll(async () => {
    await storage?.close();
    await lab?.stop();
  });

  const shell = (text: string) => script(lab.run, "storage", text, "-s");
  const kes = (words: string) => shell(`. /etc/kes-admin/shell; kes ${words} 2>&1`);
  const fresh = async () => {
    storage = await storage.again();
    return storage.host;
  };
  const named = (values: Values): Values => desired(key, { host: "storage", ...values });
  const bucket = named({ name: "wiki-knowledge-key" });
  const apply = async (wanted: Values) => key.apply(await fresh(), wanted);
  const drifted = async (wanted: Values): Promise<string[] | "gone"> => {
    const state = await key.read(await fresh(), wanted);
    return state ? drift(key.schema, state, wanted).map(({ path }) => path.join(".")) : "gone";
  };

  test("is made once, and says who made it and when", async () => {
    expect(await drifted(bucket)).toBe("gone");
    const made = await apply(bucket);
    expect(made).toMatchObject({ name: "wiki-knowledge-key", algorithm: "AES256" });
    expect(made["createdBy"]).toBe(await kes("identity of /etc/kes/admin.crt"));
    expect(Math.abs(Date.parse(String(made["createdAt"])) - Date.now())).toBeLessThan(60_000);
    expect(await drifted(bucket)).toEqual([]);
    expect(await apply(bucket)).toEqual(made); // adopted, not made anew
    expect(await kes("key ls")).toBe("Key\nwiki-knowledge-key");
  });

  test("many keys are read by one request of the helper", async () => {
    const host = await fresh();
    await Promise.all(["wiki-knowledge-key", "none-1", "none-2"].map((name) => key.read(host, named({ name })))).then(
      (states) => expect(states.map((state) => state?.["name"])).toEqual(["wiki-knowledge-key", undefined, undefined]),
    );
    expect(storage.frames.filter((name) => name === "gw_kes")).toHaveLength(1);
  });

  test("a key from elsewhere decrypts what it encrypted there, and is in no argument", async () => {
    const material = Buffer.alloc(32, "canary-of-a-key!").toString("base64");
    await shell("rm -f /tmp/stop; : >/tmp/seen");
    const sampling = shell(
      "while [ ! -e /tmp/stop ]; do cat /proc/[0-9]*/cmdline /proc/[0-9]*/environ 2>/dev/null | tr '\\0' '\\n' >>/tmp/seen || :; done",
    );
    await apply(named({ name: "imported", material }));
    const { ciphertext } = JSON.parse(await kes("key encrypt imported text")) as { ciphertext: string };
    await kes("key rm imported");
    for (let turn = 0; turn < 8; turn++) {
      await apply(named({ name: "again", material }));
      if (turn < 7) await kes("key rm again");
    }
    await shell("touch /tmp/stop");
    await sampling;
    const { plaintext } = JSON.parse(await kes(`key decrypt again ${ciphertext}`)) as { plaintext: string };
    expect(Buffer.from(plaintext, "base64").toString()).toBe("text");
    const seen = await shell("cat /tmp/seen");
    expect(seen).toContain("/v1/key/import/again");
    expect(seen).not.toContain(material);
  });

  test("an ID is enough to import, and all are listed", async () => {
    const identified = { host: "storage", ...key.identify("again") };
    expect(await key.read(await fresh(), identified, true)).toMatchObject({ name: "again", algorithm: "AES256" });
    expect(await key.list?.(await fresh())).toEqual(["again", "wiki-knowledge-key"]);
  });

  test("a delete forgets; only what was told so destroys, and twice is success", async () => {
    await key.remove(await fresh(), bucket);
    expect(await drifted(bucket)).toEqual([]);
    const doomed = named({ name: "again", destroyOnDelete: true });
    await key.remove(await fresh(), doomed);
    await key.remove(await fresh(), doomed);
    expect(await drifted(doomed)).toBe("gone");
  });

  test("a client that may not is told what to do", async () => {
    await shell(`cd /etc/kes; sed 's/admin/stranger/g' /etc/kes-admin/client.env >stranger.env; ec='-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes'
      openssl req $ec -keyout stranger.key -out stranger.csr -subj /CN=stranger 2>/dev/null
      openssl x509 -req -in stranger.csr -CA ca.crt -CAkey ca.key -days 10 -out stranger.crt -extfile admin.ext 2>/dev/null`);
    const foreign = named({ name: "wiki-knowledge-key", client: "/etc/kes/stranger.env" });
    await expect(drifted(foreign)).rejects.toThrow(
      "storage: KES did not describe key wiki-knowledge-key: not authorized: insufficient permissions (status 403). Use the client",
    );
  });

  test("stopped, or not there yet: unknown, neither gone nor unchanged", async () => {
    await shell("systemctl stop kes");
    await expect(drifted(bucket)).rejects.toThrow(Unobservable);
    await expect(drifted(bucket)).rejects.toThrow(/^storage: KES does not answer: curl: \(7\)/);
    await expect(drifted({ ...bucket, client: "/etc/none.env" })).rejects.toThrow("there is no /etc/none.env yet");

    const later = apply(named({ name: "later" })).catch((error: Error) => error);
    expect(await later).toBeInstanceOf(Unobservable); // it cannot be seen, so nothing is made
    await shell(startKes);
    expect(await drifted(bucket)).toEqual([]);
  });
});

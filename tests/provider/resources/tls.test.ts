import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { Unobservable } from "../../../src/provider/errors.ts";
import { drift, type Resource } from "../../../src/provider/resource.ts";
import certificateResource from "../../../src/provider/resources/certificate.ts";
import authorityResource from "../../../src/provider/resources/certificate-authority.ts";
import keyResource from "../../../src/provider/resources/private-key.ts";
import { pathText, type Values } from "../../../src/provider/values.ts";
import { canRunLab, startLab, type TestLab, whyNoLab } from "../../support/lab.ts";
import { script } from "../../support/script.ts";
import { desired, type LabHost, labHost } from "./lab-host.ts";

describe.skipIf(!canRunLab)(`keys and certificates on two lab hosts ${whyNoLab && `(skipped: ${whyNoLab})`}`, () => {
  let lab: TestLab;
  const hosts: Record<string, LabHost> = {};

  beforeAll(async () => {
    lab = await startLab("test-keys-tls", { hosts: ["storage", "control"] });
    for (const name of ["storage", "control"]) {
      await lab.reset(name);
      hosts[name] = await labHost(lab, name);
    }
    const update = "apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq curl >/dev/null 2>&1";
    await shell("control", `mkdir -p /etc/site; ${update}`);
  });
  afterAll(async () => {
    for (const host of Object.values(hosts)) await host.close();
    await lab?.stop();
  });

  const shell = (host: string, text: string) => script(lab.run, host, text);
  const fresh = async (host: string): Promise<LabHost["host"]> => {
    hosts[host] = await (hosts[host] as LabHost).again();
    return hosts[host].host;
  };
  const apply = async (resource: Resource, values: Values): Promise<Values> =>
    resource.apply(await fresh(String(values["host"])), desired(resource, values));
  const drifted = async (resource: Resource, values: Values): Promise<string[] | "gone"> => {
    const wanted = desired(resource, values);
    const state = await resource.read(await fresh(String(values["host"])), wanted);
    return state ? drift(resource.schema, state, wanted).map(({ path }) => pathText(path)) : "gone";
  };
  const remove = async (resource: Resource, values: Values): Promise<void> =>
    resource.remove(await fresh(String(values["host"])), desired(resource, values));

  const ca = "/etc/authority";
  const authority = { host: "storage", path: ca, commonName: "Lab CA" };
  const key = { host: "control", path: "/etc/site/site.key", commonName: "site", owner: "www-data" };
  let leaf: Values;

  test("a key stays on its host: only request and digest come back, and are the key's own", async () => {
    const made = await apply(keyResource, key);
    expect(await shell("control", "stat -c '%a %U' /etc/site/site.key")).toBe("600 www-data");
    expect(JSON.stringify(made)).not.toContain("PRIVATE KEY");
    const identity = "openssl pkey -in /etc/site/site.key -pubout -outform DER | sha256sum | cut -d ' ' -f 1";
    expect(made["publicKeySha256"]).toBe(await shell("control", identity));
    expect(await drifted(keyResource, key)).toEqual([]);
    leaf = {
      host: "storage",
      authority: ca,
      name: "site",
      request: made["request"],
      subjectAlternativeNames: [`IP:${lab.address("control")}`, "DNS:site.lab"],
    };
  });

  const theirs = { ...key, path: "/etc/theirs/app.key" };

  test("the request is written over what the key's user planted in its place, and through no link", async () => {
    await shell(
      "control",
      "mkdir -p /etc/theirs /root/away; chown www-data /etc/theirs; cd /etc/theirs; ln -s /root/away app.key.csr",
    );
    await apply(keyResource, theirs);
    expect(await shell("control", "ls /root/away")).toBe("");
    expect(await shell("control", "stat -c '%F %a %U' /etc/theirs/app.key.csr; ls /etc/theirs")).toBe(
      "regular file 644 root\napp.key\napp.key.csr",
    );
    expect(await drifted(keyResource, theirs)).toEqual([]);
  });

  test("in a folder that another may write to no key changes hands: it could be any key of root's", async () => {
    await shell("control", "chmod 640 /etc/theirs/app.key");
    expect(await drifted(keyResource, theirs)).toEqual(["mode"]);
    await expect(apply(keyResource, theirs)).rejects.toThrow(
      "another than root may write to /etc/theirs, who could put another key there",
    );
    await shell("control", "chown root /etc/theirs");
    await apply(keyResource, theirs);
    expect(await drifted(keyResource, theirs)).toEqual([]);
  });

  test.each([
    ["a pipe", "mkfifo taken.key"],
    ["a link to a key", "ln -s site.key taken.key"],
    ["a link to nothing", "ln -s nothing taken.key"],
  ])("%s at its path is refused", async (_, plant) => {
    await shell("control", `cd /etc/site; rm -f taken.key; ${plant}`);
    const taken = { ...key, path: "/etc/site/taken.key", owner: "root" };
    const refused = "/etc/site/taken.key is there already and holds no private key that can be read";
    await expect(drifted(keyResource, taken)).rejects.toThrow(refused);
    await expect(apply(keyResource, taken)).rejects.toThrow(refused);
    expect(await shell("control", "stat -c %U /etc/site/site.key; rm /etc/site/taken.key")).toBe("www-data");
  });

  test("a host without openssl has no key yet; of one that lies there nothing is known", async () => {
    const authorityHere = { ...authority, host: "control" };
    await shell("control", "mv /usr/bin/openssl /usr/bin/openssl.away");
    try {
      expect(await drifted(keyResource, { ...key, path: "/etc/site/new.key" })).toBe("gone");
      expect(await drifted(authorityResource, authorityHere)).toBe("gone");
      const there = drifted(keyResource, key);
      await expect(there).rejects.toThrow(Unobservable);
      await expect(there).rejects.toThrow(
        "control: /etc/site/site.key cannot be read: the host has no openssl; declare the PackageSet that brings it",
      );
      await expect(apply(keyResource, { ...key, path: "/etc/site/new.key" })).rejects.toThrow(
        "control: the host has no openssl",
      );
    } finally {
      await shell("control", "mv /usr/bin/openssl.away /usr/bin/openssl");
    }
    expect(await drifted(keyResource, key)).toEqual([]);
  });

  test("nothing is signed before there is an authority", async () => {
    await expect(apply(certificateResource, leaf)).rejects.toThrow(
      `storage: there is no authority at ${ca}: declare it as a CertificateAuthority`,
    );
  });

  test("an authority on one host signs for a key of another, and curl trusts it by its certificate alone", async () => {
    const { certificate: root } = await apply(authorityResource, authority);
    const { certificate, notAfter } = await apply(certificateResource, leaf);
    expect(await drifted(certificateResource, leaf)).toEqual([]);
    expect(await drifted(authorityResource, authority)).toEqual([]);
    expect(Date.parse(String(notAfter)) - Date.now()).toBeGreaterThan(396 * 86_400_000);

    const site = `https://${lab.address("control")}:8443/`;
    const said = await shell(
      "control",
      `cd /etc/site; cat >ca.crt <<'EOF'\n${root}EOF\ncat >site.crt <<'EOF'\n${certificate}EOF
openssl verify -CAfile ca.crt -purpose sslserver -verify_ip ${lab.address("control")} site.crt
openssl s_server -accept 8443 -cert site.crt -key site.key -www -quiet >/dev/null 2>&1 & server=$!
sleep 1
curl -sS --cacert ca.crt ${site} | grep -c 'Ciphers supported' || :
curl -sS ${site} 2>&1 >/dev/null | head -n 1 | cut -c 1-10
curl -sS --cacert ca.crt https://localhost:8443/ 2>&1 >/dev/null | head -n 1 | cut -c 1-10
kill $server`,
    );
    expect(said).toBe("site.crt: OK\n1\ncurl: (60)\ncurl: (60)");
  });

  test("a certificate that ends soon is drift, and signed anew for the same key", async () => {
    const path = `${ca}/issued/site.crt`;
    await shell(
      "storage",
      `cd ${ca}; openssl x509 -in ${path} -noout -ext subjectAltName,extendedKeyUsage >/dev/null
cat >/tmp/request <<'EOF'\n${leaf["request"]}EOF
printf 'extendedKeyUsage=serverAuth\\nsubjectAltName=${(leaf["subjectAlternativeNames"] as string[]).join(",")}\\n' >/tmp/extensions
end=$(date -u -d '+10 days' +%Y%m%d%H%M%SZ); start=$(date -u -d '-387 days' +%Y%m%d%H%M%SZ)
openssl x509 -req -in /tmp/request -CA ca.crt -CAkey ca.key -extfile /tmp/extensions -not_before $start -not_after $end -out ${path} 2>/dev/null`,
    );
    const wanted = desired(certificateResource, leaf);
    const state = await certificateResource.read(await fresh("storage"), wanted);
    expect(state?.["faults"]).toEqual([expect.stringMatching(/^ends in (9|10) days, on \d{4}-\d\d-\d\d$/)]);
    expect(drift(certificateResource.schema, state ?? {}, wanted).map(({ path }) => pathText(path))).toEqual([
      "faults",
    ]);
    const patient = await certificateResource.read(await fresh("storage"), { ...wanted, renewBeforeDays: 5 });
    expect(patient?.["faults"]).toEqual([]);

    await apply(certificateResource, leaf);
    expect(await drifted(certificateResource, leaf)).toEqual([]);
    expect(await shell("storage", `openssl x509 -in ${path} -noout -checkend ${390 * 86_400}`)).toContain("not expire");
  });

  test.each([
    [
      "another authority's certificate",
      `openssl req -x509 -newkey rsa:2048 -nodes -keyout /dev/null -out ${ca}/issued/site.crt -subj /CN=site -days 397 -addext extendedKeyUsage=serverAuth -addext "subjectAltName=$(openssl x509 -in ${ca}/issued/site.crt -noout -ext subjectAltName | tail -n 1 | sed 's/IP Address/IP/; s/ //g')" 2>/dev/null`,
      ["request", "faults"],
    ],
    ["no certificate", `rm ${ca}/issued/site.crt`, "gone"],
    ["half a certificate", `head -c 200 ${ca}/issued/site.crt >/tmp/half; cp /tmp/half ${ca}/issued/site.crt`, "gone"],
  ])("%s is drift, and repaired", async (_, change, shows) => {
    await shell("storage", change);
    expect(await drifted(certificateResource, leaf)).toEqual(shows);
    await apply(certificateResource, leaf);
    expect(await drifted(certificateResource, leaf)).toEqual([]);
    expect(await shell("storage", `openssl verify -CAfile ${ca}/ca.crt ${ca}/issued/site.crt`)).toContain("OK");
  });

  test("a new name, address or length signs it anew; the key stays", async () => {
    const more = { ...leaf, subjectAlternativeNames: ["DNS:other.lab"], days: 90, usages: ["client", "server"] };
    expect(await drifted(certificateResource, more)).toEqual(["subjectAlternativeNames", "usages", "days"]);
    await apply(certificateResource, more);
    expect(await drifted(certificateResource, more)).toEqual([]);
    const before = await shell("control", "sha256sum /etc/site/site.key");
    const renamed = await apply(keyResource, { ...key, commonName: "other" });
    expect(await shell("control", "sha256sum /etc/site/site.key")).toBe(before);
    expect(await drifted(certificateResource, { ...more, request: renamed["request"] })).toEqual(["request"]);
  });

  test("a renewed authority keeps its key: what it signed before stays valid", async () => {
    const before = await shell("storage", `sha256sum ${ca}/ca.key`);
    await apply(authorityResource, { ...authority, days: 4000 });
    expect(await shell("storage", `sha256sum ${ca}/ca.key`)).toBe(before);
    expect(await shell("storage", `openssl verify -CAfile ${ca}/ca.crt ${ca}/issued/site.crt`)).toContain("OK");
  });

  test("what a renamed authority signed before is of another issuer: drift, and signed anew", async () => {
    const renamed = { ...authority, commonName: "Renamed CA" };
    await apply(authorityResource, renamed);
    const verify = `openssl verify -CAfile ${ca}/ca.crt ${ca}/issued/site.crt 2>&1 || :`;
    expect(await shell("storage", verify)).toContain("unable to get local issuer certificate");
    expect(await drifted(certificateResource, leaf)).toContain("faults");
    await apply(certificateResource, leaf);
    expect(await shell("storage", verify)).toContain("OK");
    expect(await drifted(certificateResource, leaf)).toEqual([]);
    await apply(authorityResource, authority);
    await apply(certificateResource, { ...leaf, days: 90, usages: ["client", "server"] });
  });

  test("a key or an authority of somebody else's making is adopted as it is", async () => {
    await shell(
      "storage",
      "mkdir -p -m 700 /etc/theirs; cd /etc/theirs; openssl genrsa -out ca.key 2048 2>/dev/null; chmod 600 ca.key",
    );
    await shell(
      "storage",
      "cd /etc/theirs; openssl req -x509 -new -key ca.key -out ca.crt -subj /CN=Theirs -days 3650",
    );
    const theirs = { host: "storage", path: "/etc/theirs", commonName: "Theirs" };
    expect(await drifted(authorityResource, theirs)).toEqual([]);
  });

  test("a delete leaves a key that was there before", async () => {
    const theirs = { ...key, host: "storage", path: "/etc/theirs/server.key" };
    const digest = await shell(
      "storage",
      "cd /etc/theirs; openssl genrsa -out server.key 2048 2>/dev/null; sha256sum server.key",
    );
    await apply(keyResource, theirs);
    await remove(keyResource, theirs);
    expect(hosts["storage"]?.said).toContain("left: /etc/theirs/server.key was there before groundwork");
    expect(await shell("storage", "cd /etc/theirs; sha256sum server.key")).toBe(digest);
  });

  test("an authority whose key is gone, and a file that is no key, are errors that say what to do", async () => {
    await shell("storage", `mv ${ca}/ca.key /root/ca.key`);
    await expect(drifted(authorityResource, authority)).rejects.toThrow(
      `storage: ${ca}/ca.key is gone, but its certificate is still there: restore it, or remove ${ca}/ca.crt`,
    );
    await shell("storage", `mv /root/ca.key ${ca}/ca.key; echo text >/etc/text`);
    await expect(drifted(keyResource, { ...key, host: "storage", path: "/etc/text" })).rejects.toThrow(
      "storage: /etc/text is there already and holds no private key that can be read",
    );
  });

  test("an ID is enough to import", async () => {
    const path = `${ca}/issued/site.crt`;
    const identified = { host: "storage", ...certificateResource.identify(path) };
    const state = await certificateResource.read(await fresh("storage"), identified, true);
    expect(state).toMatchObject({ authority: ca, name: "site", usages: ["client", "server"], days: 90, faults: [] });
  });

  test("a delete removes keys and copies, and keeps the authority unless it is told otherwise", async () => {
    await remove(certificateResource, leaf);
    await remove(authorityResource, authority);
    expect(await shell("storage", `ls ${ca} ${ca}/issued`)).toBe(
      "/etc/authority:\nca.crt\nca.key\nca.key.csr\nissued\n\n/etc/authority/issued:",
    );
    await remove(authorityResource, { ...authority, destroyOnDelete: true });
    expect(await shell("storage", `test -e ${ca} || echo gone`)).toBe("gone");
    await remove(keyResource, key);
    expect(await shell("control", "ls /etc/site")).toBe("ca.crt\nsite.crt");
  });
});

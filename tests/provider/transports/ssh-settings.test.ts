import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { homedir, tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { ConnectionMisconfigured } from "../../../src/provider/transports/errors.ts";
import { sshSettings } from "../../../src/provider/transports/ssh-settings.ts";
import { hostConnection } from "../../../src/schemas/host.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "groundwork-test-"));
});
afterEach(() => rm(folder, { recursive: true }));

async function settle(config: string, fields: object) {
  const sshConfig = join(folder, "config");
  await writeFile(sshConfig, config);
  return sshSettings("one", hostConnection.parse({ platform: "debian", sshConfig, ...fields }));
}

test("without anything said, what ssh would do", async () => {
  expect(await settle("", { address: "storage" })).toMatchObject({
    address: "storage",
    port: 22,
    user: userInfo().username,
    named: false,
    knownHostsFiles: [join(homedir(), ".ssh/known_hosts"), "/etc/ssh/ssh_known_hosts"],
    proxy: undefined,
  });
});

test("the first value of a matching section counts, and our own fields before it", async () => {
  const config = `
Host storage
  HostName 198.18.0.13
  Port 2222
  User anna
  IdentityFile ~/.ssh/storage
  IdentityFile "%d/keys with space/%r@%h%%"
Host *
  User ben
  IdentitiesOnly yes
  UserKnownHostsFile ~/.ssh/a "/etc/known hosts"
  ConnectTimeout 3`;
  expect(await settle(config, { address: "storage" })).toMatchObject({
    address: "198.18.0.13",
    port: 2222,
    user: "anna",
    identityFiles: [join(homedir(), ".ssh/storage"), `${homedir()}/keys with space/anna@198.18.0.13%`],
    named: true,
    identitiesOnly: true,
    knownHostsFiles: [join(homedir(), ".ssh/a"), "/etc/known hosts"],
    attemptSec: 3,
  });
  const own = { address: "storage", port: 22, user: "carl", identityFile: "~/k", knownHostsFile: "/h" };
  expect(await settle(config, own)).toMatchObject({
    address: "198.18.0.13",
    port: 22,
    user: "carl",
    identityFiles: [join(homedir(), "k")],
    knownHostsFiles: ["/h"],
  });
});

test("jump hosts lead to jump hosts, each with its own settings", async () => {
  const config = "Host front\n  HostName 198.18.0.1\n  User gate\n  ProxyJump outer:2200\nHost back\n  ProxyJump front";
  const { proxy } = await settle(config, { address: "back" });
  expect(proxy).toMatchObject({ address: "198.18.0.1", user: "gate", proxy: { address: "outer", port: 2200 } });

  const list = await settle("", { address: "back", proxyJump: "anna@a:1,[::1]:2" });
  expect(list.proxy).toMatchObject({ address: "::1", port: 2, proxy: { address: "a", user: "anna", port: 1 } });
  expect((await settle(config, { address: "back", proxyJump: "none" })).proxy).toBeUndefined();
});

test("what makes no sense is said", async () => {
  await expect(settle("Host a\n ProxyJump b\nHost b\n ProxyJump a", { address: "a" })).rejects.toThrow(
    /circle: a -> b -> a/,
  );
  await expect(settle("", {})).rejects.toThrow(/set `hosts.one.address`/);
  const missing = hostConnection.parse({ platform: "debian", address: "a", sshConfig: "/nowhere/config" });
  await expect(sshSettings("one", missing)).rejects.toThrow(ConnectionMisconfigured);
});

test("what is included counts, and the section goes on behind it", async () => {
  await writeFile(join(folder, "10-a.conf"), "Host storage\n  User included\n  Port 2201\n");
  await writeFile(join(folder, "20-b.conf"), "Host other\n  User wrong\n");
  const config = `Include "${folder}/*.conf" ${folder}/missing\nUser global\nHost storage\n  HostName 198.18.0.13`;
  expect(await settle(config, { address: "storage" })).toMatchObject({
    address: "198.18.0.13",
    user: "included",
    port: 2201,
  });
  expect(await settle(config, { address: "elsewhere" })).toMatchObject({ user: "global", port: 22 });
});

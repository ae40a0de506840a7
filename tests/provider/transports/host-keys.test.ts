// What both transports say of a host key that they refuse, and that what they advise helps.
import { readFileSync } from "node:fs";
import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import ssh2 from "ssh2";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openConnection } from "../../../src/provider/transports/connect.ts";
import { AuthenticationFailed, HostKeyRefused } from "../../../src/provider/transports/errors.ts";
import { hostConnection } from "../../../src/schemas/host.ts";

let folder: string;
let server: ssh2.Server;
let port: number;
const at = (name: string) => join(folder, name);
const publicKey = (name: string) =>
  readFileSync(at(`${name}.pub`), "utf8")
    .split(" ")
    .slice(0, 2)
    .join(" ");
const fingerprint = async (name: string) => (await execa("ssh-keygen", ["-lf", at(name)])).stdout.split(" ")[1]!;

/** A server of which only the host key counts: it lets nobody in. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "groundwork-host-keys-"));
  for (const name of ["host", "former", "client"]) {
    await execa("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", at(name)]);
  }
  server = new ssh2.Server({ hostKeys: [readFileSync(at("host"))] }, (client) => {
    client.on("error", () => {});
    client.on("authentication", (attempt) => attempt.reject(["publickey"]));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  port = (server.address() as AddressInfo).port;
  await writeFile(at("answer"), '#!/bin/sh\necho "$FINGERPRINT"\n');
  await chmod(at("answer"), 0o700);
});
afterAll(async () => {
  server.close();
  await rm(folder, { recursive: true });
});

/** Runs a command that an error advises, and gives the fingerprint where ssh asks for it. */
const follow = async (command: string) =>
  execa("sh", ["-c", command], {
    env: { SSH_ASKPASS: at("answer"), SSH_ASKPASS_REQUIRE: "force", FINGERPRINT: await fingerprint("host") },
    reject: false,
    stdin: "ignore",
    timeout: 10_000,
  });
const advised = (error: Error, program: string) =>
  [...error.message.matchAll(/`([^`]+)`/g)].map(([, command]) => command!).filter((words) => words.startsWith(program));

describe.each(["ssh", "openssh"] as const)("fault 16: host keys over %s", (transport) => {
  async function refused(fields: object): Promise<Error> {
    const identityFile = at("client");
    const known = { transport, platform: "debian", identityFile, connectTimeoutSec: 10, sshConfig: at("config") };
    const opening = openConnection("one", hostConnection.parse({ ...known, ...fields }));
    return opening.then(
      () => {
        throw new Error("it is let in");
      },
      (error: Error) => error,
    );
  }
  const places = [
    { place: "an address and port", fields: () => ({ address: "127.0.0.1", port }), name: () => `[127.0.0.1]:${port}` },
    { place: "an alias of ssh_config", fields: () => ({ address: "plain" }), name: () => `[127.0.0.1]:${port}` },
    { place: "a HostKeyAlias", fields: () => ({ address: "named" }), name: () => "storage-key" },
    { place: "a jump host", fields: () => ({ address: "behind" }), name: () => "storage-key" },
  ];
  const writeConfig = async (known: string) =>
    writeFile(
      at("config"),
      `Host plain named front
  HostName 127.0.0.1
  Port ${port}
Host named front
  HostKeyAlias storage-key
Host behind
  HostName 192.0.2.1
  ProxyJump someone@front:${port}
Host *
  IdentityFile ${at("client")}
  UserKnownHostsFile ${known}
`,
    );

  test.each(places)("an unknown key of $place, and what helps", async ({ fields, name }) => {
    const known = at(`unknown-${transport}`);
    await rm(known, { force: true });
    await writeConfig(known);
    const error = await refused(fields());
    expect(error).toBeInstanceOf(HostKeyRefused);
    expect(error.message).toMatch(/^one: the host key of /);
    expect(error.message).toContain(`the host key of ${name()} is not known (${known}`);
    expect(error.message).toContain(`presented ssh-ed25519 ${await fingerprint("host")}. `);

    await follow(advised(error, "ssh -o")[0]!);
    expect(await refused(fields())).toBeInstanceOf(AuthenticationFailed);
  });

  test.each(places)("a changed key of $place, and what helps", async ({ fields, name }) => {
    const known = at(`changed-${transport}`);
    await writeFile(known, `${name()} ${publicKey("former")}\nother ${publicKey("former")}\n`);
    await writeConfig(known);
    const error = await refused(fields());
    expect(error).toBeInstanceOf(HostKeyRefused);
    expect(error.message).toContain(`the host key of ${name()} changed, or another machine answers`);
    expect(error.message).toContain(`expected ssh-ed25519 ${await fingerprint("former")} (${known})`);
    expect(error.message).toContain(`presented ssh-ed25519 ${await fingerprint("host")}. `);

    for (const command of [...advised(error, "ssh-keygen -R"), ...advised(error, "ssh -o")]) await follow(command);
    expect(await refused(fields())).toBeInstanceOf(AuthenticationFailed);
    expect(readFileSync(known, "utf8")).toContain(`other ${publicKey("former")}`);
  });

  test("a known_hosts file of its own, with a space in its name", async () => {
    const knownHostsFile = at(`of ${transport}`);
    await writeConfig(at("none"));
    const error = await refused({ address: "plain", knownHostsFile });
    expect(error.message).toContain(`is not known (${knownHostsFile})`);
    await follow(advised(error, "ssh -o")[0]!);
    expect(await refused({ address: "plain", knownHostsFile })).toBeInstanceOf(AuthenticationFailed);
  });

  test("another key than the pinned one", async () => {
    await writeConfig(at("none"));
    const error = await refused({ address: "named", hostKey: publicKey("former") });
    expect(error).toBeInstanceOf(HostKeyRefused);
    expect(error.message).toContain(`expected ssh-ed25519 ${await fingerprint("former")} (hosts.one.hostKey)`);
    expect(error.message).toContain(`presented ssh-ed25519 ${await fingerprint("host")}. `);
    expect(error.message).toMatch(/set `hosts\.one\.hostKey` to the new key$/);
    expect(await refused({ address: "named", hostKey: publicKey("host") })).toBeInstanceOf(AuthenticationFailed);
  });

  test("a revoked key", async () => {
    const known = at(`revoked-${transport}`);
    await writeFile(known, `storage-key ${publicKey("host")}\n@revoked * ${publicKey("host")}\n`);
    await writeConfig(known);
    const error = await refused({ address: "named" });
    expect(error).toBeInstanceOf(HostKeyRefused);
    expect(error.message).toContain(`presents a revoked key: ssh-ed25519 ${await fingerprint("host")}`);
    expect(error.message).toContain(`marked @revoked in ${known}`);
  });
});

// What `groundwork doctor` says helps where a machine cannot be logged in to.
import { expect, test } from "vitest";

import { loginTodo } from "../../src/cli/doctor/login-todo.ts";
import {
  AuthenticationFailed,
  ConnectionRefused,
  ConnectionTimeout,
  HostKeyRefused,
  NameNotResolved,
  NoRoute,
  SudoMissing,
  SudoPasswordRefused,
  SudoRefused,
} from "../../src/provider/transports/errors.ts";
import { hostConnection, type PlatformName } from "../../src/schemas/host.ts";

const todo = (Kind: new (host: string, said: string) => Error, platform: PlatformName, more: object = {}) =>
  loginTodo(
    new Kind("mini", "so it is"),
    "mini",
    platform,
    hostConnection.parse({ platform, address: "192.168.1.10", user: "admin", ...more }),
  );

test.each([
  [
    "a Mac without Remote Login",
    ...[ConnectionRefused, "darwin", "SSH"],
    "switch Remote Login on: System Settings > General > Sharing, or sudo systemsetup -setremotelogin on",
  ],
  ["a server without SSH", ConnectionRefused, "debian", "SSH", "start its SSH server: systemctl enable --now ssh"],
  ["no answer", ConnectionTimeout, "darwin", "SSH", "switch it on, or correct groundwork:hosts.mini.address"],
  ["no way", NoRoute, "darwin", "SSH", "switch it on, or correct groundwork:hosts.mini.address"],
  ["no such name", NameNotResolved, "darwin", "SSH", "correct groundwork:hosts.mini.connection.address"],
  ["no key of ours", AuthenticationFailed, "darwin", "SSH", "ssh-copy-id admin@192.168.1.10"],
  ["a host key that its error tells how to accept", HostKeyRefused, "darwin", "SSH", undefined],
  [
    "a password for sudo",
    ...[SudoPasswordRefused, "darwin", "root"],
    "pulumi config set --secret --path 'groundwork:hosts.mini.connection.sudo.password', or let sudo ask for none: echo 'admin ALL=(ALL) NOPASSWD: ALL' | sudo tee /etc/sudoers.d/groundwork",
  ],
  [
    "a user of a Mac who is no administrator",
    ...[SudoRefused, "darwin", "root"],
    "as another administrator of that Mac: sudo dseditgroup -o edit -a admin -t user admin",
  ],
  [
    "a server without sudo",
    ...[SudoMissing, "debian", "root"],
    "as root there: apt-get install sudo && usermod -aG sudo admin",
  ],
] as const)("%s", (_, Kind, platform, part, wanted) => {
  expect(todo(Kind, platform)).toEqual({ part, todo: wanted });
});

test("another port of SSH is named", () => {
  expect(todo(AuthenticationFailed, "darwin", { port: 2222 }).todo).toBe("ssh-copy-id -p 2222 admin@192.168.1.10");
});

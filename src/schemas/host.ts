import { z } from "zod";

import { port } from "./port.ts";

/** A host as a resource names it; its connection is the provider's configuration, never the resource's. */
export const hostName = z
  .string()
  .regex(/^[a-z][a-z0-9-]*$/, "give the name of a host declared in the provider's `hosts`, such as storage")
  .describe("Host that holds it, by its name in the provider's `hosts`.");

export const platformName = z.enum(["debian", "darwin"]);
export type PlatformName = z.output<typeof platformName>;

const sudo = z.strictObject({
  password: z
    .string()
    .min(1)
    .optional()
    .describe("read by sudo on its standard input; leave out where sudo asks for none"),
});

/** How to reach one host and become root there. Never part of a resource: a new address or key changes no resource. */
export const hostConnection = z.strictObject({
  transport: z
    .enum(["ssh", "openssh", "local"])
    .default("ssh")
    .describe(
      "`ssh` is built in, `openssh` the user's own `ssh` program (certificates, FIDO keys, ProxyCommand), `local` this machine",
    ),
  platform: platformName.describe("operating system"),
  address: z
    .string()
    .min(1)
    .optional()
    .describe("address, DNS name, or an alias of `sshConfig`; needed unless `transport` is `local`"),
  port: port.optional().describe("TCP port of sshd; left out: that of `sshConfig`, else 22"),
  user: z
    .string()
    .min(1)
    .optional()
    .describe("user to log in as; left out: that of `sshConfig`, else the one who runs the program"),
  identityFile: z
    .string()
    .min(1)
    .optional()
    .describe("path of a private key, which never enters the state; the SSH agent is asked first"),
  knownHostsFile: z
    .string()
    .min(1)
    .optional()
    .describe("path of the keys of known hosts; left out: that of `sshConfig`, else ~/.ssh/known_hosts"),
  hostKey: z
    .string()
    .regex(/^[a-z0-9@.-]+ [A-Za-z0-9+/=]+$/, "give type and key, such as `ssh-ed25519 AAAA...`")
    .optional()
    .describe("pinned key of the host, by type and key; then no known-hosts file is read"),
  serialNumber: z
    .string()
    .min(1)
    .optional()
    .describe("serial number of its hardware; another machine there is refused before anything is asked of it"),
  proxyJump: z.string().min(1).optional().describe("jump host, `user@address:port`; left out: that of `sshConfig`"),
  sshConfig: z.string().min(1).default("~/.ssh/config").describe("path of an ssh_config(5) file"),
  sudo: sudo.optional().describe("becomes root with sudo; leave out where `user` is root"),
  connectTimeoutSec: z
    .number()
    .positive()
    .default(20)
    .describe("seconds to keep trying before the host counts as unreachable"),
});

export type HostConnection = z.output<typeof hostConnection>;

/** Configuration of the provider. */
export const providerConfig = z.strictObject({
  hosts: z.record(hostName, hostConnection).describe("all hosts of the stack, by name"),
  offline: z.boolean().default(false).describe("contact no host: preview against the state alone"),
});

export type ProviderConfig = z.output<typeof providerConfig>;

import { z } from "zod";

/** A host as a resource names it; its connection is the provider's configuration, never the resource's. */
export const hostName = z
  .string()
  .regex(/^[a-z][a-z0-9-]*$/, "give the name of a host declared in the provider's `hosts`, such as storage")
  .describe("Host that holds it, by its name in the provider's `hosts`.");

export const platformName = z.enum(["debian", "darwin"]);
export type PlatformName = z.output<typeof platformName>;

const sudo = z.strictObject({
  /** Read by sudo on its standard input; leave out where sudo asks for none. */
  password: z.string().min(1).optional(),
});

/** How to reach one host and become root there. Never part of a resource: a new address or key changes no resource. */
export const hostConnection = z.strictObject({
  /** `ssh`: built in. `openssh`: the user's own `ssh` program (certificates, FIDO keys, ProxyCommand). `local`: this machine. */
  transport: z.enum(["ssh", "openssh", "local"]).default("ssh"),
  platform: platformName,
  /** Address, DNS name, or an alias of `sshConfig`. Required unless `local`. */
  address: z.string().min(1).optional(),
  /** TCP port of sshd. Default: `sshConfig`, else 22. */
  port: z.int().min(1).max(65535).optional(),
  /** Default: `sshConfig`, else the user who runs the program. */
  user: z.string().min(1).optional(),
  /** Path of a private key; the key itself never enters the state. The SSH agent is asked first. */
  identityFile: z.string().min(1).optional(),
  /** Default: `sshConfig`, else `~/.ssh/known_hosts`. */
  knownHostsFile: z.string().min(1).optional(),
  /** Pinned host key, `ssh-ed25519 AAAA...`; then no known-hosts file is read. */
  hostKey: z
    .string()
    .regex(/^[a-z0-9@.-]+ [A-Za-z0-9+/=]+$/, "give type and key, such as `ssh-ed25519 AAAA...`")
    .optional(),
  /** Serial number of its hardware: another machine there is refused before anything is asked of it. */
  serialNumber: z.string().min(1).optional(),
  /** Jump host, `user@address:port`. Default: `sshConfig`. */
  proxyJump: z.string().min(1).optional(),
  /** An ssh_config(5) file. */
  sshConfig: z.string().min(1).default("~/.ssh/config"),
  /** Become root with sudo; leave out when `user` is root. */
  sudo: sudo.optional(),
  /** Seconds to keep trying before the host counts as unreachable. */
  connectTimeoutSec: z.number().positive().default(20),
});

export type HostConnection = z.output<typeof hostConnection>;

/** Configuration of the provider. */
export const providerConfig = z.strictObject({
  /** All hosts of the stack, by name. */
  hosts: z.record(hostName, hostConnection),
  /** Contact no host: preview against the state alone. */
  offline: z.boolean().default(false),
});

export type ProviderConfig = z.output<typeof providerConfig>;

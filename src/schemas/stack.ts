// What every environment says, whatever its program; values under the namespace `groundwork` of Pulumi.<env>.yaml.
import { z } from "zod";

import { type HostConnection, hostConnection, hostName, platformName } from "./host.ts";
import { hostnameSchema } from "./hostname.ts";
import { ipv4Addresses, ipv4Network } from "./network.ts";

/** An object that may be left out, so that what it lacks is told one by one. */
export function section<Shape extends z.ZodRawShape>(shape: Shape) {
  const object = z.strictObject(shape);
  return object.prefault({} as z.input<typeof object>);
}

const portRange = "must be a whole number from 1 to 65535";
export const port = z.int({ error: portRange }).min(1, portRange).max(65535, portRange);

const memory = "must be a whole number of MiB, 0 or more";
export const memoryMiB = z.int({ error: memory }).min(0, memory);

/** May stand in a configuration only encrypted, and in no message. */
export const secretText = z
  .string({ error: "must be text" })
  .min(12, "must have 12 characters or more")
  .regex(/^[\x21-\x7e]+$/, "must be of printable ASCII characters without blanks")
  .meta({ secret: true });

/** What the provider needs to reach a host; see `hostConnection`. Paths may start with `~` and hold `${NAME}` of the environment. */
const connection = hostConnection.omit({ platform: true }).extend({
  sudo: z
    .strictObject({ password: z.string().min(1).meta({ secret: true }).optional() })
    .optional()
    .describe("`{}` where the user becomes root by sudo without a password"),
});

/** Settings of `connection` that are paths on the machine that runs Pulumi. */
export const connectionPaths = ["sshConfig", "identityFile", "knownHostsFile"] as const;

const host = z.strictObject({
  platform: platformName.describe("operating system"),
  /** Fixed: MM-23 tells where there is none. */
  address: z
    .ipv4({ error: "must be an IPv4 address, such as 192.168.1.11" })
    .optional()
    .describe("where other hosts and users reach its services")
    .meta({ examples: ["192.168.1.11"] }),
  /** What it calls itself, and others call it besides its name here. @default its name here */
  hostname: hostnameSchema.inputs.shape.hostname.optional().meta({ examples: ["mac-mini-1"] }),
  memoryGiB: z
    .number({ error: "must be a number of GiB" })
    .positive("must be more than 0")
    .describe("memory of the machine")
    .meta({ examples: [32] }),
  /** Kept for the operating system; services share the rest. @default a quarter of the memory, 8192 at most */
  reservedMiB: memoryMiB.optional(),
  /** As Apple calls it; another one on the machine warns. */
  chip: z
    .string()
    .regex(/^M\d/, "must be a chip as Apple calls it, such as M4 Pro")
    .optional()
    .meta({ examples: ["M4 Pro"] }),
  /** Free disk that the first `up` needs. */
  freeDiskGiB: z.number().positive("must be more than 0").optional(),
  /** Nobody is there when it starts: warns where FileVault waits for a password (MM-30). @default false */
  unattended: z.boolean().default(false),
  /** A Mac restarts when it hangs; `false` leaves that setting alone, for a Mac that has none. @default true */
  restartfreeze: z.boolean().default(true),
  /** Where services are started from: agents wait for a login at the screen (MM-15). */
  launchd: z.enum(["LaunchDaemons", "LaunchAgents"]).default("LaunchDaemons"),
  /** How Pulumi gets there. @default built-in SSH to `address`, with the user's own ~/.ssh/config */
  connection: connection.prefault({}),
});

const waiver = z.strictObject({
  id: z
    .string()
    .regex(/^[A-Z]{2}-\d{2}$/, "must be the id of a check, such as MM-02")
    .meta({ examples: ["MM-02"] }),
  reason: z.string().min(10, "must say why in 10 characters or more"),
  expires: z.iso.date({ error: 'must be a quoted date, such as "2027-01-31"' }).meta({ examples: ["2027-01-31"] }),
});

export const rotation = z
  .int({ error: "must be a whole number; a higher one makes a new password" })
  .min(1, "must be 1 or more")
  .default(1);

/** Keys that every program takes. */
export const stackConfig = z.strictObject({
  program: z.string(),
  hosts: z
    .record(hostName, host, { error: "must name the hosts, each with platform, address and memoryGiB" })
    .refine((hosts) => Object.keys(hosts).length > 0, "must name at least one host")
    .describe("the machines, by name"),
  network: section({
    cidr: ipv4Network
      .describe("network of the hosts; servers accept no client from elsewhere")
      .meta({ examples: ["192.168.1.0/24"] }),
    /** Nobody else is on it, or what crosses it is encrypted anyway (WireGuard): MM-17 warns of plain traffic otherwise. */
    trusted: z.boolean().default(false),
    /** A packet filter on every host lets in what the services need, and nothing else. Only without it can MM-24 be broken. */
    firewall: z.boolean().default(true),
    /** Further addresses and networks that operators log in from by SSH, such as that of a VPN. @default none */
    operators: z.array(ipv4Addresses).default([]),
  }),
  /** Rules that may be broken for a while. @default none */
  waivers: z.array(waiver, { error: "must be a list of {id, reason, expires}" }).default([]),
  /** Contact no host: preview against the state alone. @default false */
  offline: z.boolean({ error: "must be true or false" }).default(false),
});

export type StackConfig = z.output<typeof stackConfig>;

/** What the provider needs to know of each host. */
export const connections = (hosts: StackConfig["hosts"]): Record<string, HostConnection> =>
  Object.fromEntries(
    Object.entries(hosts).map(([name, { platform, address, connection }]) => [
      name,
      { ...connection, platform, address: connection.address ?? address },
    ]),
  );

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
    .strictObject({
      password: z.string().min(1).describe("asked for by sudo").meta({ secret: true }).optional(),
    })
    .optional()
    .describe("`{}` where the user becomes root by sudo without a password"),
});

/** Settings of `connection` that are paths on the machine that runs Pulumi. */
export const connectionPaths = ["sshConfig", "identityFile", "knownHostsFile"] as const;

const host = z.strictObject({
  platform: platformName.describe("operating system"),
  // Fixed: MM-23 tells where there is none.
  address: z
    .ipv4({ error: "must be an IPv4 address, such as 192.168.1.11" })
    .optional()
    .describe("where other hosts and users reach its services")
    .meta({ examples: ["192.168.1.11"] }),
  hostname: hostnameSchema.inputs.shape.hostname
    .describe("what it calls itself, and others call it besides its name here; left out: its name here")
    .optional()
    .meta({ examples: ["mac-mini-1"] }),
  memoryGiB: z
    .number({ error: "must be a number of GiB" })
    .positive("must be more than 0")
    .describe("memory of the machine")
    .meta({ examples: [32] }),
  reservedMiB: memoryMiB
    .optional()
    .describe(
      "kept for the operating system; left out: a quarter of the memory, 8192 at most; services share the rest",
    ),
  chip: z
    .string()
    .regex(/^M\d/, "must be a chip as Apple calls it, such as M4 Pro")
    .optional()
    .describe("its chip as Apple calls it; another one on the machine warns")
    .meta({ examples: ["M4 Pro"] }),
  freeDiskGiB: z.number().positive("must be more than 0").optional().describe("free disk that the first `up` needs"),
  unattended: z
    .boolean()
    .default(false)
    .describe("nobody is there when it starts: warns where FileVault waits for a password (MM-30)"),
  restartfreeze: z
    .boolean()
    .default(true)
    .describe("a Mac restarts when it hangs; `false` leaves that setting alone, for a Mac that has none"),
  launchd: z
    .enum(["LaunchDaemons", "LaunchAgents"])
    .default("LaunchDaemons")
    .describe("where services are started from; agents wait for a login at the screen (MM-15)"),
  connection: connection
    .prefault({})
    .describe("how Pulumi gets there; left out: by SSH to `address`, with the user's own ~/.ssh/config"),
});

const waiver = z.strictObject({
  id: z
    .string()
    .regex(/^[A-Z]{2}-\d{2}$/, "must be the id of a check, such as MM-02")
    .describe("check that may be broken")
    .meta({ examples: ["MM-02"] }),
  reason: z.string().min(10, "must say why in 10 characters or more").describe("why it may"),
  expires: z.iso
    .date({ error: 'must be a quoted date, such as "2027-01-31"' })
    .describe("last day that it may")
    .meta({ examples: ["2027-01-31"] }),
});

export const rotation = z
  .int({ error: "must be a whole number; a higher one makes a new password" })
  .min(1, "must be 1 or more")
  .default(1)
  .describe("a higher number makes a new password");

/** Keys that every program takes. */
export const stackConfig = z.strictObject({
  program: z.string().describe("which program of stacks/ the environment runs"),
  hosts: z
    .record(hostName, host, { error: "must name the hosts, each with platform, address and memoryGiB" })
    .refine((hosts) => Object.keys(hosts).length > 0, "must name at least one host")
    .describe("the machines, by name"),
  network: section({
    cidr: ipv4Network
      .describe("network of the hosts; servers accept no client from elsewhere")
      .meta({ examples: ["192.168.1.0/24"] }),
    trusted: z
      .boolean()
      .default(false)
      .describe(
        "nobody else is on it, or what crosses it is encrypted anyway (WireGuard); MM-17 warns of plain traffic otherwise",
      ),
    firewall: z
      .boolean()
      .default(true)
      .describe(
        "a packet filter on every host lets in what the services need, and nothing else; only without it can MM-24 be broken",
      ),
    operators: z
      .array(ipv4Addresses)
      .default([])
      .describe("further addresses and networks that operators log in from by SSH, such as that of a VPN"),
  }).describe("the network of the hosts"),
  waivers: z
    .array(waiver, { error: "must be a list of {id, reason, expires}" })
    .default([])
    .describe("checks that may be broken for a while"),
  offline: z
    .boolean({ error: "must be true or false" })
    .default(false)
    .describe("contact no host: preview against the state alone"),
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

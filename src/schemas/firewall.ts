import { z } from "zod";

import { hostName } from "./host.ts";
import { network } from "./network.ts";
import { port } from "./port.ts";
import { resourceSchema } from "./resource-schema.ts";

const unique = <Item>(items: Item[], order?: (a: Item, b: Item) => number): Item[] => [...new Set(items)].sort(order);

/** Who may connect. */
const from = z
  .union(
    [
      z.literal("any"),
      z
        .array(network)
        .min(1)
        .overwrite((networks) => unique(networks)),
    ],
    {
      error: 'give "any" or a list of addresses and networks, such as ["192.168.1.11", "192.168.2.0/24"]',
    },
  )
  .describe("Addresses and networks that may connect, or `any`.");

const ports = z
  .array(port)
  .min(1, "give at least one port")
  .overwrite((numbers) => unique(numbers, (a, b) => a - b));

const rule = z.strictObject({
  protocol: z.enum(["tcp", "udp"]).default("tcp").describe("Protocol of the ports."),
  ports: ports.describe("Ports of this host."),
  from,
});

const ruleName = z
  .string()
  .max(60)
  .regex(/^(?!ssh$)[a-z][a-z0-9-]*$/, "name the service, such as postgres; the rule `ssh` is a property of its own");

const ssh = z.strictObject({
  port: port.default(22).describe("Where sshd listens."),
  from: from.default("any"),
});

export const firewallSchema = resourceSchema({
  type: "groundwork:posix:Firewall",
  kind: "firewall",
  description:
    "What other machines may reach on a host: nothing but what is declared. nftables on Debian, an anchor of pf on macOS. A change that shuts us out takes itself back. A delete opens the host.",
  inputs: z.strictObject({
    host: hostName,
    rules: z.record(ruleName, rule).describe("What is open, by the name of the service, which each rule carries."),
    ssh: ssh
      .prefault({})
      .describe(
        "The way in that always stays open. Loopback, answers to what the host asked, and the ICMP that networks need do too.",
      ),
    incoming: z
      .literal("deny")
      .default("deny")
      .describe(
        "What becomes of a connection that nothing here allows. Forwarded traffic, such as that of containers, is not judged.",
      ),
    onBoot: z
      .literal(true)
      .default(true)
      .describe(
        "Each boot loads the rules; on Debian so does nftables.service, whose start, reload and stop flush those of all.",
      ),
    applicationFirewall: z
      .enum(["on", "off"])
      .optional()
      .describe(
        "macOS' own firewall by program. `off`: it drops what comes in for programs of Homebrew until somebody at the screen allows each. Left out: not managed.",
      ),
    rollBackAfterSec: z
      .int()
      .min(5)
      .max(600)
      .default(30)
      .describe("Seconds until the host takes a change back by itself, unless a new connection comes through before."),
  }),
  outputs: z.object({}),
  replaceOn: ["host"],
  intent: ["rollBackAfterSec"],
});

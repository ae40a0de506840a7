import { firewallSchema } from "../../schemas/firewall.ts";
import type { Desired } from "../../schemas/resource-schema.ts";
import { HostError } from "../errors.ts";
import { guarded } from "../guard.ts";
import type { Host } from "../host.ts";
import type { Opening, PacketFilterState, Ruleset } from "../platforms/packet-filter.ts";
import { defineResource } from "../resource.ts";
import { same } from "../values.ts";
import { onlyOne } from "./only-one.ts";

type Wanted = Desired<typeof firewallSchema>;
type Rule = Wanted["rules"][string];

/** A host has one packet filter, and so one resource of this kind. */
const only = "firewall";

const hint =
  "Let `ssh` hold the port of sshd and the address that you come from, as the host sees it (`echo $SSH_CONNECTION` there), and run again";

/** Holds what other machines may reach on a host. */
export default defineResource(firewallSchema, {
  ...onlyOne(firewallSchema.kind, only, "firewall"),

  async observe(host, desired) {
    const { packetFilter } = host.platform;
    const { live, kept, onBoot, application } = await host.read(packetFilter.state, only);
    if (!live && kept === undefined) return undefined;
    const wanted = desired.rules ? openingsIn(desired) : live?.openings;
    return {
      ...(live ? observed(live) : { incoming: "accept", rules: {} }),
      onBoot: wanted && kept === packetFilter.text(wanted) ? onBoot : "no: a boot loads other rules",
      applicationFirewall: application,
    };
  },

  async reconcile(host, desired) {
    const { packetFilter } = host.platform;
    const text = packetFilter.text(openingsOf(desired));
    const change = packetFilter.load(text);
    const seconds = desired.rollBackAfterSec;
    await guarded(host, { name: only, undo: packetFilter.undo, change, seconds, hint });
    // Only now: a boot before would have brought back what was there.
    for (const command of packetFilter.keep(text)) await host.run(command);
    if (desired.applicationFirewall) await setApplication(host, desired.applicationFirewall);
  },

  async list(host) {
    const { live, kept } = await host.read(host.platform.packetFilter.state, only);
    return live || kept !== undefined ? [only] : [];
  },

  async remove(host) {
    const { packetFilter } = host.platform;
    await host.run(packetFilter.remove());
  },
});

const declared = firewallSchema.inputs.pick({ ssh: true, rules: true });

/** `undefined` where a refresh recorded what no program can say: then no kept rules are those. */
function openingsIn({ ssh, rules }: Wanted): Opening[] | undefined {
  const parsed = declared.safeParse({ ssh, rules });
  return parsed.success ? openingsOf(parsed.data) : undefined;
}

/** One for each port and address, in one order, so that equal rules are equal text. */
function openingsOf({ ssh, rules }: Pick<Wanted, "ssh" | "rules">): Opening[] {
  const all: [string, Rule][] = [
    ["ssh", { protocol: "tcp", ports: [ssh.port], from: ssh.from }],
    ...Object.entries(rules).sort(([a], [b]) => (a < b ? -1 : 1)),
  ];
  return all.flatMap(([name, { protocol, ports, from }]) =>
    ports.flatMap((port) => [from].flat().map((source) => ({ name, protocol, port, from: source }))),
  );
}

/** The rule set in the words of the inputs; what those cannot say stands there as it is. */
function observed({ openings, missing, foreign }: Ruleset): Record<string, unknown> {
  const names = [...new Set(openings.map(({ name }) => name))];
  const rules = new Map(names.map((name) => [name, ruleOf(openings.filter((opening) => opening.name === name))]));
  const ssh = rules.get("ssh");
  rules.delete("ssh");
  return {
    incoming: missing.length === 0 ? "deny" : `not as declared, it lacks: ${missing.join("; ")}`,
    ssh: ssh && { port: ssh.ports.length === 1 ? ssh.ports[0] : ssh.ports, from: ssh.from },
    rules: { ...Object.fromEntries(rules), ...Object.fromEntries(foreign.map((line) => [line, "nobody declared it"])) },
  };
}

function ruleOf(openings: readonly Opening[]) {
  const ports = [...new Set(openings.map(({ port }) => port))].sort((a, b) => a - b);
  const sources = (port: number) =>
    [...new Set(openings.flatMap((one) => (one.port === port ? [one.from] : [])))].sort();
  const first = sources(ports[0] ?? 0);
  const alike = ports.every((port) => same(sources(port), first));
  const from = alike ? first : openings.map((one) => `${one.from} to ${one.port}`);
  return {
    protocol: [...new Set(openings.map(({ protocol }) => protocol))].join(" and "),
    ports,
    from: same(from, ["any"]) ? "any" : from,
  };
}

async function setApplication(host: Host, wanted: "on" | "off"): Promise<void> {
  const { packetFilter, name } = host.platform;
  if (!packetFilter.setApplication) {
    throw new HostError(host.name, `${name} has no application firewall; leave \`applicationFirewall\` out`);
  }
  const { application }: PacketFilterState = await host.read(packetFilter.state, only);
  if (application !== wanted) await host.run(packetFilter.setApplication(wanted));
}

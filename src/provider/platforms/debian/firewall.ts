// The packet filter: nftables.
import type { Opening, PacketFilter } from "../packet-filter.ts";
import { rulesetOf, stateLines } from "../ruleset.ts";

const file = "/etc/groundwork/firewall.nft";
const unitFile = "/etc/systemd/system/groundwork-firewall.service";
const afterFlushFile = "/etc/systemd/system/nftables.service.d/groundwork.conf";

const unit = `# Written by groundwork
[Unit]
Description=Firewall of groundwork
DefaultDependencies=no
Wants=network-pre.target
Before=network-pre.target shutdown.target
Conflicts=shutdown.target
After=nftables.service

[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=/usr/sbin/nft -f ${file}

[Install]
WantedBy=sysinit.target
`;

/** Whoever starts, reloads or stops nftables.service flushes what everybody loaded. */
const afterFlush = `# Written by groundwork
[Service]
ExecStartPost=/usr/sbin/nft -f ${file}
ExecReload=/usr/sbin/nft -f ${file}
ExecStopPost=/usr/sbin/nft -f ${file}
`;

const hook = "type filter hook input priority filter; policy drop;";

/** As nft prints them. The last is for answers of DHCPv6, which come from an address that was not asked. */
const always = [
  "ct state established,related accept",
  'iif "lo" accept',
  "icmp type { destination-unreachable, echo-request, time-exceeded, parameter-problem } accept",
  "icmpv6 type { destination-unreachable, packet-too-big, time-exceeded, parameter-problem, echo-request, mld-listener-query, nd-router-advert, nd-neighbor-solicit, nd-neighbor-advert } accept",
  "ip6 saddr fe80::/10 udp dport 546 accept",
];

const text = (openings: readonly Opening[]): string => `table inet groundwork
delete table inet groundwork
table inet groundwork {
  chain input {
${[hook, ...always, ...openings.map(line)].map((line) => `    ${line}\n`).join("")}  }
}
`;

function line({ name, protocol, port, from }: Opening): string {
  const family = from.includes(":") ? "ip6" : "ip";
  const source = from === "any" ? "" : `${family} saddr ${from} `;
  return `${source}${protocol} dport ${port} accept comment "${name}"`;
}

function opening(text: string): Opening | undefined {
  const [, from = "any", protocol, port, name] =
    /^(?:ip6? saddr (\S+) )?(tcp|udp) dport (\d+) accept comment "([^"]+)"$/.exec(text) ?? [];
  return name && (protocol === "tcp" || protocol === "udp") ? { name, protocol, port: Number(port), from } : undefined;
}

/** Lines of the chain that judges; any other chain or set in the table is a line that is not ours. */
function chainLines(table: string): string[] {
  const lines = table.split("\n").map((line) => line.trim());
  return lines.filter((line) => line !== "" && line !== "}" && !/^(table inet groundwork|chain input) \{$/.test(line));
}

function boots({
  unit: found,
  after_flush,
  enabled,
}: Record<"unit" | "after_flush" | "enabled", string>): true | string {
  if (found !== unit || enabled.trim() !== "enabled") {
    return "no: groundwork-firewall.service is not enabled, or not as groundwork writes it";
  }
  return after_flush === afterFlush || `nftables.service would flush the rules: ${afterFlushFile} is another`;
}

export const packetFilter: PacketFilter = {
  state: {
    name: "packet-filter",
    command: () => ({ argv: ["gw_nft_state"] }),
    parse(answer, keys) {
      const said = stateLines(answer, ["live", "kept", "unit", "after_flush", "enabled"]);
      const { live, kept } = said;
      const state = {
        live: live === "" ? undefined : rulesetOf(chainLines(live), [hook, ...always], opening),
        kept: kept === "" ? undefined : kept,
        onBoot: boots(said),
        application: undefined,
      };
      return new Map(keys.map((key) => [key, state]));
    },
  },
  text,
  load: (rules) => ({ argv: ["gw_nft_load"], stdin: rules }),
  undo: "gw_nft_undo",
  keep: (rules) => [
    { argv: ["gw_put", "644", file], stdin: rules },
    { argv: ["gw_put", "644", unitFile], stdin: unit },
    { argv: ["gw_put", "644", afterFlushFile], stdin: afterFlush },
    { argv: ["gw_nft_boot"] },
  ],
  remove: () => ({ argv: ["gw_nft_remove"] }),
};

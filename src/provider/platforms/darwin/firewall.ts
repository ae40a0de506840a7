// The packet filter: pf, and macOS' firewall by program.
import type { Opening, PacketFilter } from "../packet-filter.ts";
import { rulesetOf, stateLines } from "../ruleset.ts";
import { anchorCall } from "./firewall.sh.ts";
import { plist } from "./plist.ts";

const file = "/etc/pf.anchors/dev.groundwork";
const plistFile = "/Library/LaunchDaemons/dev.groundwork.firewall.plist";

const boot = `${anchorCall}
gw_pf_is_called || { gw_pfctl -a dev.groundwork -f ${file} && gw_pf_call; }
gw_pf_on
`;

/**
 * At boot macOS loads /etc/pf.conf, maybe later than this runs, and leaves pf off; whoever shares a network with virtual
 * machines may load main rules at any time.
 */
const daemon = plist({
  Label: "dev.groundwork.firewall",
  ProgramArguments: ["/bin/sh", "-c", boot],
  RunAtLoad: true,
  StartInterval: 30,
});

/**
 * As pfctl prints them. `flags any`: connections that stand when pf is switched on go on. Two are for answers of DHCP, which
 * come from an address that was not asked. The last is Bonjour's: without it no name that ends in .local resolves, here or for
 * those who ask for this Mac. ICMP errors belong to a connection, and pf lets them in with it.
 */
const always = [
  "block drop in all",
  "pass quick on lo0 all no state",
  "pass out quick all flags any keep state",
  "pass in quick inet proto icmp all icmp-type echoreq keep state",
  ...["echoreq", "neighbrsol", "neighbradv", "routeradv"].map(
    (type) => `pass in quick inet6 proto ipv6-icmp all icmp6-type ${type} keep state`,
  ),
  "pass in quick inet proto udp from any port = 67 to any port = 68 keep state",
  "pass in quick inet6 proto udp from fe80::/10 to any port = 546 keep state",
  "pass in quick proto udp from any to any port = 5353 keep state",
];

const text = (openings: readonly Opening[]): string =>
  [...always, ...openings.map(line)].map((line) => `${line}\n`).join("");

function line({ name, protocol, port, from }: Opening): string {
  const family = from === "any" ? "" : from.includes(":") ? "inet6 " : "inet ";
  const flags = protocol === "tcp" ? "flags any " : "";
  return `pass in quick ${family}proto ${protocol} from ${from} to any port = ${port} ${flags}keep state label "${name}"`;
}

function opening(text: string): Opening | undefined {
  const [, protocol, from, port, name] =
    /^pass in quick (?:inet6? )?proto (tcp|udp) from (\S+) to any port = (\d+) (?:flags any )?keep state label "([^"]+)"$/.exec(
      text,
    ) ?? [];
  return name && from && (protocol === "tcp" || protocol === "udp")
    ? { name, protocol, port: Number(port), from }
    : undefined;
}

const lines = (text: string): string[] =>
  text
    .split("\n")
    .map((line) => line.trim())
    .filter(Boolean);

/** `Firewall is enabled. (State = 1)`; 2 blocks even what it was told to allow. */
function applicationState(said: string): "on" | "off" {
  const state = /State = ([012])\b/.exec(said)?.[1];
  if (state === undefined) throw new Error(`socketfilterfw --getglobalstate said ${JSON.stringify(said.trim())}`);
  return state === "0" ? "off" : "on";
}

function boots({ plist, loaded, conf }: { plist: string; loaded: string; conf: string }): true | string {
  if (plist !== daemon) return `no: ${plistFile} is another`;
  if (loaded !== "yes") return "no: dev.groundwork.firewall is not loaded";
  return conf === "" || "by /etc/pf.conf too, which an update of macOS replaces";
}

export const packetFilter: PacketFilter = {
  state: {
    name: "packet-filter",
    command: () => ({ argv: ["gw_pf_state"] }),
    parse(answer, keys) {
      const said = stateLines(answer, ["live", "kept", "plist", "loaded", "conf", "application"]);
      const state = {
        live: said.live === "" ? undefined : rulesetOf(lines(said.live), always, opening),
        kept: said.kept === "" ? undefined : said.kept,
        onBoot: boots(said),
        application: applicationState(said.application),
      };
      return new Map(keys.map((key) => [key, state]));
    },
  },
  text,
  load: (rules) => ({ argv: ["gw_pf_load"], stdin: rules }),
  undo: "gw_pf_undo",
  keep: (rules) => [
    { argv: ["gw_put", "644", file], stdin: rules },
    { argv: ["gw_put", "644", plistFile], stdin: daemon },
    { argv: ["gw_pf_boot"] },
  ],
  remove: () => ({ argv: ["gw_pf_remove"] }),
  setApplication: (state) => ({ argv: ["gw_alf_set", state] }),
};

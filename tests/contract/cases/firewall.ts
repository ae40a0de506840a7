import type { ContractCase, ContractPlatform, Place } from "../contract-case.ts";

const chain = "nft --stateless list chain inet groundwork input";
const anchor = "pfctl -q -a dev.groundwork -s rules 2>/dev/null";
const strange = "pass in quick proto tcp from any to any port = 23 flags any keep state";

type Told = Pick<ContractCase, "before" | "right" | "change" | "deleted">;

const told: Readonly<Record<ContractPlatform, Told>> = {
  debian: {
    before: "command -v nft >/dev/null || (apt-get -q update && apt-get -q -y install nftables) >/dev/null",
    right: {
      script: `${chain} | sed -n 's/^[ \\t]*//; s/ accept comment//p; s/.*policy/policy/p'; systemctl is-enabled groundwork-firewall.service; ls /var/lib/groundwork/guard`,
      answer: [
        "policy drop;",
        'tcp dport 22 "ssh"',
        'ip6 saddr fd00::/8 udp dport 53 "dns"',
        'ip saddr 198.18.0.11 tcp dport 5432 "postgres"',
        'ip saddr 198.18.1.0/24 tcp dport 5432 "postgres"',
        'tcp dport 80 "web"',
        'tcp dport 443 "web"',
        "enabled",
      ].join("\n"),
    },
    change: {
      script: `nft add rule inet groundwork input tcp dport 23 accept
      nft delete rule inet groundwork input handle "$(nft -a list chain inet groundwork input | sed -n 's/.*198.18.1.0.*handle //p')"`,
      shows: ["rules.postgres.from", 'rules["tcp dport 23 accept"]'],
    },
    deleted: {
      script:
        "nft list tables | grep groundwork; ls -d /etc/groundwork/firewall.nft /etc/systemd/system/groundwork-* 2>/dev/null; :",
      answer: "",
    },
  },
  darwin: {
    right: {
      script: `${anchor} | sed -n 's/ keep state label//p; s/^block/block/p'; pfctl -q -s info 2>/dev/null | sed -n 's/ for .*//p'; ls /var/lib/groundwork/guard`,
      answer: [
        "block drop in all",
        'pass in quick proto tcp from any to any port = ssh flags any "ssh"',
        'pass in quick inet6 proto udp from fd00::/8 to any port = domain "dns"',
        'pass in quick inet proto tcp from 198.18.0.11 to any port = postgresql flags any "postgres"',
        'pass in quick inet proto tcp from 198.18.1.0/24 to any port = postgresql flags any "postgres"',
        'pass in quick proto tcp from any to any port = http flags any "web"',
        'pass in quick proto tcp from any to any port = https flags any "web"',
        "Status: Enabled",
      ].join("\n"),
    },
    change: {
      script: `{ ${anchor} | sed '/198.18.1.0/d'; echo '${strange}'; } >/tmp/rules; pfctl -q -a dev.groundwork -f /tmp/rules`,
      shows: ["rules.postgres.from", `rules["${strange}"]`],
    },
    deleted: {
      script: `${anchor}; ls -d /etc/pf.anchors/dev.groundwork /Library/LaunchDaemons/dev.groundwork.firewall.plist 2>/dev/null; grep groundwork /etc/pf.conf; :`,
      answer: "",
    },
  },
};

export default ({ platform }: Place): ContractCase => ({
  ...told[platform],
  args: {
    rules: {
      dns: { protocol: "udp", ports: [53], from: ["fd00::/8"] },
      postgres: { ports: [5432], from: ["198.18.0.11", "198.18.1.0/24"] },
      web: { ports: [443, 80], from: "any" },
    },
    ssh: { port: 22, from: "any" },
    rollBackAfterSec: 5,
  },
  wrong: {
    "rules.web.ports[0]": { rules: { web: { ports: [0], from: "any" } } },
    "rules.web.from[0]": { rules: { web: { ports: [80], from: ["198.18.0.1/24"] } } },
    "rules.ssh": { rules: { ssh: { ports: [22], from: "any" } } },
    "ssh.port": { ssh: { port: 70000 } },
  },
});

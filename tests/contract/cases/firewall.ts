import type { ContractCase } from "../contract-case.ts";

const chain = "nft --stateless list chain inet groundwork input";

export default (): ContractCase => ({
  platforms: ["debian"], // pf is not in the Mac-like host
  before: "command -v nft >/dev/null || (apt-get -q update && apt-get -q -y install nftables) >/dev/null",
  args: {
    rules: {
      dns: { protocol: "udp", ports: [53], from: ["fd00::/8"] },
      postgres: { ports: [5432], from: ["198.18.0.11", "198.18.1.0/24"] },
      web: { ports: [443, 80], from: "any" },
    },
    ssh: { port: 22, from: "any" },
    rollBackAfterSec: 8,
  },
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
  wrong: {
    "rules.web.ports[0]": { rules: { web: { ports: [0], from: "any" } } },
    "rules.web.from[0]": { rules: { web: { ports: [80], from: ["198.18.0.1/24"] } } },
    "rules.ssh": { rules: { ssh: { ports: [22], from: "any" } } },
    "ssh.port": { ssh: { port: 70000 } },
  },
});

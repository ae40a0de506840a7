import type { ContractCase } from "../contract-case.ts";

export default {
  before: "sysctl -qw net.ipv4.ip_local_port_range='32768 60999'",
  args: { key: "net.ipv4.ip_local_port_range", value: "20000 40000" },
  right: { script: "xargs </proc/sys/net/ipv4/ip_local_port_range", answer: "20000 40000" },
  change: { script: "sysctl -qw net.ipv4.ip_local_port_range='32768 60999'", shows: ["value"] },
  deleted: { script: "grep -rl ip_local_port_range /etc/sysctl.d /etc/sysctl.conf 2>/dev/null || :", answer: "" },
  wrong: { key: { key: "no key" }, value: { value: " padded " } },
} satisfies ContractCase;

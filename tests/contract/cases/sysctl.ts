import type { ContractCase, Place } from "../contract-case.ts";

const debian = {
  key: "net.ipv4.ip_local_port_range",
  value: "20000 40000",
  right: "xargs </proc/sys/net/ipv4/ip_local_port_range",
  change: "sysctl -qw net.ipv4.ip_local_port_range='32768 60999'",
  deleted: "grep -rl ip_local_port_range /etc/sysctl.d /etc/sysctl.conf 2>/dev/null || :",
};

const darwin: typeof debian = {
  key: "iogpu.wired_limit_mb",
  value: "57344",
  right: "sysctl -n iogpu.wired_limit_mb",
  change: "sysctl iogpu.wired_limit_mb=0 >/dev/null",
  deleted: "ls /Library/LaunchDaemons | grep wired_limit || :",
};

export default ({ platform }: Place): ContractCase => {
  const { key, value, right, change, deleted } = { debian, darwin }[platform];
  return {
    before: change,
    args: { key, value },
    right: { script: right, answer: value },
    change: { script: change, shows: ["value"] },
    deleted: { script: deleted, answer: "" },
    wrong: { key: { key: "no key" }, value: { value: " padded " } },
  };
};

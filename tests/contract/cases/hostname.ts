import type { ContractCase, Place } from "../contract-case.ts";

const debian = {
  right: "cat /proc/sys/kernel/hostname /etc/hostname; getent hosts contract-host | wc -l",
  answer: "contract-host\ncontract-host\n1",
  change: "echo other >/etc/hostname",
  deleted: "cat /proc/sys/kernel/hostname",
};

const darwin: typeof debian = {
  right:
    "hostname; for name in HostName LocalHostName ComputerName; do scutil --get $name; done | sort -u; grep -c contract-host /etc/hosts",
  answer: "contract-host\ncontract-host\n1",
  change: "scutil --set ComputerName other",
  deleted: "hostname",
};

export default ({ platform }: Place): ContractCase => {
  const { right, answer, change, deleted } = { debian, darwin }[platform];
  return {
    args: { hostname: "contract-host", resolves: true },
    right: { script: right, answer },
    change: { script: change, shows: ["hostname"] },
    deleted: { script: deleted, answer: "contract-host" },
    wrong: { hostname: { hostname: "Under_score" } },
  };
};

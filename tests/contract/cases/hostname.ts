import type { ContractCase } from "../contract-case.ts";

export default {
  args: { hostname: "contract-host", resolves: true },
  right: {
    script: "cat /proc/sys/kernel/hostname /etc/hostname; getent hosts contract-host | wc -l",
    answer: "contract-host\ncontract-host\n1",
  },
  change: { script: "echo other >/etc/hostname", shows: ["hostname"] },
  deleted: { script: "cat /proc/sys/kernel/hostname", answer: "contract-host" },
  wrong: { hostname: { hostname: "Under_score" } },
} satisfies ContractCase;

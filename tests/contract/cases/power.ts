import type { ContractCase } from "../contract-case.ts";

export default (): ContractCase => ({
  platforms: ["darwin"],
  before: "pmset -a sleep 10 disksleep 10 womp 0 autorestart 0",
  args: { sleep: 0, disksleep: 0, womp: true, autorestart: true },
  right: {
    script: "pmset -g custom | awk '$1 ~ /^(sleep|disksleep|womp|autorestart)$/ { print $1, $2 }' | sort",
    answer: "autorestart 1\ndisksleep 0\nsleep 0\nwomp 1",
  },
  change: { script: "pmset -a sleep 5 womp 0", shows: ["sleep", "womp"] },
  deleted: { script: "pmset -g custom | awk '$1 == \"sleep\" { print $2 }'", answer: "0" },
  wrong: { sleep: { sleep: -1 }, womp: { womp: "yes" } },
});

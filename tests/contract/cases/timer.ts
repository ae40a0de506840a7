import type { ContractCase } from "../contract-case.ts";

export default {
  args: { name: "contract-timer", program: "/bin/true", schedule: { hour: 3, minute: 30 } },
  right: {
    script:
      "systemctl is-active contract-timer.timer; systemctl show -P TimersCalendar contract-timer.timer | grep -o '03:30:00' | head -n 1",
    answer: "active\n03:30:00",
  },
  change: { script: "systemctl -q disable --now contract-timer.timer", shows: ["running", "enabled"] },
  deleted: { script: "ls /etc/systemd/system/ | grep contract-timer || :", answer: "" },
  wrong: { "schedule.hour": { schedule: { hour: 24, minute: 0 } }, schedule: { schedule: {} } },
  crashEvery: 4,
} satisfies ContractCase;

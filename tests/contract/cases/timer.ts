import type { ContractCase, Place } from "../contract-case.ts";

const debian = {
  right:
    "systemctl is-active contract-timer.timer; systemctl show -P TimersCalendar contract-timer.timer | grep -o '03:30:00' | head -n 1",
  answer: "active\n03:30:00",
  change: "systemctl -q disable --now contract-timer.timer",
  deleted: "ls /etc/systemd/system/ | grep contract-timer || :",
};

const label = "dev.groundwork.contract-timer";

const darwin: typeof debian = {
  right: `launchctl print system/${label} >/dev/null && grep -A 1 -E '<key>(Hour|Minute)' /Library/LaunchDaemons/${label}.plist | tr -d '\\t\\n'`,
  answer: "<key>Hour</key><integer>3</integer><key>Minute</key><integer>30</integer>",
  change: `launchctl disable system/${label}; launchctl bootout system/${label}`,
  deleted: "ls /Library/LaunchDaemons | grep contract-timer || :",
};

export default ({ platform }: Place): ContractCase => {
  const { right, answer, change, deleted } = { debian, darwin }[platform];
  return {
    args: {
      name: "contract-timer",
      program: platform === "darwin" ? "/usr/bin/true" : "/bin/true",
      schedule: { hour: 3, minute: 30 },
    },
    right: { script: right, answer },
    change: { script: change, shows: ["running", "enabled"] },
    deleted: { script: deleted, answer: "" },
    wrong: { "schedule.hour": { schedule: { hour: 24, minute: 0 } }, schedule: { schedule: {} } },
  };
};

import type { ContractCase, Place } from "../contract-case.ts";

const unit = "[Service]\\nExecStart=/bin/sleep infinity\\n[Install]\\nWantedBy=multi-user.target\\n";

const debian = {
  name: "contract-service",
  before: `printf '${unit}' >/etc/systemd/system/contract-service.service; systemctl daemon-reload; systemctl -q disable --now contract-service`,
  state: "systemctl is-active contract-service; systemctl is-enabled contract-service || :",
  up: "active\nenabled",
  change: "systemctl -q disable --now contract-service",
  down: "inactive\ndisabled",
};

const label = "example.contract-service";
const plist = `/Library/LaunchDaemons/${label}.plist`;
const off = `launchctl disable system/${label}; launchctl bootout system/${label} 2>/dev/null; while launchctl print system/${label} >/dev/null 2>&1; do sleep 0.1; done`;

const darwin: typeof debian = {
  name: label,
  before: `cat >${plist} <<'END'
<?xml version="1.0" encoding="UTF-8"?>
<plist version="1.0"><dict>
<key>Label</key><string>${label}</string>
<key>ProgramArguments</key><array><string>/bin/sleep</string><string>1000000</string></array>
<key>KeepAlive</key><true/>
</dict></plist>
END
${off}`,
  state: `launchctl print system/${label} 2>/dev/null | grep -c '^\tstate = running'; launchctl print-disabled system | grep -c '"${label}" => disabled' || :`,
  up: "1\n0",
  change: off,
  down: "0\n1",
};

export default ({ platform }: Place): ContractCase => {
  const { name, before, state, up, change, down } = { debian, darwin }[platform];
  return {
    before,
    args: { unit: name, stopOnDelete: true },
    right: { script: state, answer: up },
    change: { script: change, shows: ["running", "enabled"] },
    deleted: { script: state, answer: down },
    wrong: { unit: { unit: "two words" }, running: { running: "yes" } },
  };
};

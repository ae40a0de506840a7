import type { ContractCase } from "../contract-case.ts";

const unit = "[Service]\\nExecStart=/bin/sleep infinity\\n[Install]\\nWantedBy=multi-user.target\\n";

export default {
  before: `printf '${unit}' >/etc/systemd/system/contract-service.service; systemctl daemon-reload; systemctl -q disable --now contract-service`,
  args: { unit: "contract-service", stopOnDelete: true },
  right: {
    script: "systemctl is-active contract-service; systemctl is-enabled contract-service",
    answer: "active\nenabled",
  },
  change: { script: "systemctl -q disable --now contract-service", shows: ["running", "enabled"] },
  deleted: {
    script: "systemctl is-active contract-service; systemctl is-enabled contract-service || :",
    answer: "inactive\ndisabled",
  },
  wrong: { unit: { unit: "two words" }, running: { running: "yes" } },
  crashEvery: 3,
} satisfies ContractCase;

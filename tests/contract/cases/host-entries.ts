import type { ContractCase } from "../contract-case.ts";

export default {
  before: "grep -q printer /etc/hosts || echo '192.0.2.9 printer # of the office' >>/etc/hosts",
  args: { entries: { "mac-mini-2": "198.18.0.12", "mac-mini-3.office": "198.18.0.13" } },
  right: {
    script: "getent hosts mac-mini-2 mac-mini-3.office printer | awk '{ print $1, $2 }'",
    answer: "198.18.0.12 mac-mini-2\n198.18.0.13 mac-mini-3.office\n192.0.2.9 printer",
  },
  change: {
    script: "sed -i 's/^198.18.0.12/198.18.0.99/' /etc/hosts; sed -i '1i 198.18.0.98 mac-mini-3.office' /etc/hosts",
    shows: ['entries["mac-mini-2"]', 'entries["mac-mini-3.office"]'],
  },
  deleted: { script: "grep -c groundwork /etc/hosts; grep -c 'printer # of' /etc/hosts", answer: "0\n1" },
  cleared: "sed -i '/^198.18.0.98/d' /etc/hosts",
  wrong: { "entries.localhost": { entries: { localhost: "127.0.0.1" } }, "entries.x": { entries: { x: "here" } } },
} satisfies ContractCase;

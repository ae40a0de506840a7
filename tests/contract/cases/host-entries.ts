import type { ContractCase, Place } from "../contract-case.ts";

/** The first line with a name counts. */
const first = "awk '!seen[$2]++'";

const resolved = {
  debian: "getent hosts mac-mini-2 mac-mini-3.office printer | awk '{ print $1, $2 }'",
  darwin: `awk '{ for (i = 2; i <= NF && $i != "#"; i++) print $1, $i }' /etc/hosts | grep -E ' (mac-mini-2|mac-mini-3.office|printer)$' | sort -k 2`,
};

/** Without `sed -i`, which the two systems spell differently. */
const edited = (program: string) =>
  `awk '${program}' /etc/hosts >/tmp/hosts && cat /tmp/hosts >/etc/hosts && rm /tmp/hosts`;

export default ({ platform }: Place): ContractCase => ({
  before: "grep -q printer /etc/hosts || echo '192.0.2.9 printer # of the office' >>/etc/hosts",
  args: { entries: { "mac-mini-2": "198.18.0.12", "mac-mini-3.office": "198.18.0.13" } },
  right: {
    script: `${resolved[platform]} | ${first}`,
    answer: "198.18.0.12 mac-mini-2\n198.18.0.13 mac-mini-3.office\n192.0.2.9 printer",
  },
  change: {
    script: edited('NR == 1 { print "198.18.0.98 mac-mini-3.office" } { sub(/^198.18.0.12/, "198.18.0.99"); print }'),
    shows: ['entries["mac-mini-2"]', 'entries["mac-mini-3.office"]'],
  },
  deleted: {
    script: "grep -c 'mac-mini-[23].*groundwork' /etc/hosts; grep -c 'printer # of' /etc/hosts",
    answer: "0\n1",
  },
  cleared: edited("!/^198.18.0.98/"),
  wrong: { "entries.localhost": { entries: { localhost: "127.0.0.1" } }, "entries.x": { entries: { x: "here" } } },
});

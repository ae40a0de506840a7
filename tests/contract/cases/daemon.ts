import type { ContractCase, Place } from "../contract-case.ts";

const waits = "while :; do sleep 1; done";

const debian = {
  script: waits,
  right:
    "systemctl is-active contract-daemon; systemctl is-enabled contract-daemon; pid=$(systemctl show -P MainPID contract-daemon); ps -o user= -p $pid; tr '\\0' '\\n' </proc/$pid/environ | grep -E '^(COLOUR|TOKEN)=' | sort",
  answer: "active\nenabled\nwww-data\nCOLOUR=dark blue\nTOKEN=a token nobody sees",
  change:
    "sed -i 's/dark blue/red/' /etc/systemd/system/contract-daemon.service; systemctl daemon-reload; systemctl -q stop contract-daemon",
  deleted: "systemctl is-active contract-daemon; ls /etc/systemd/system/ | grep contract-daemon || :",
  gone: "inactive",
};

const label = "dev.groundwork.contract-daemon";
const plist = `/Library/LaunchDaemons/${label}.plist`;

const darwin: typeof debian = {
  // Of a program of the system, macOS shows its environment to nobody.
  script: `echo "COLOUR=$COLOUR"; echo "TOKEN=$TOKEN"; ${waits}`,
  right: `launchctl print system/${label} | grep -E '^\tstate = '; launchctl print-disabled system | grep -c '"${label}" => disabled'
    pid=$(launchctl print system/${label} | sed -n 's/^\tpid = //p'); ps -o user= -p $pid | xargs
    tail -n 2 /Library/Logs/groundwork/contract-daemon.log`,
  answer: "state = running\n0\n_www\nCOLOUR=dark blue\nTOKEN=a token nobody sees",
  change: `sed -i '' 's/dark blue/red/' ${plist}; launchctl bootout system/${label}; while launchctl print system/${label} >/dev/null 2>&1; do sleep 0.1; done`,
  deleted: `launchctl print system/${label} >/dev/null 2>&1; echo $?; ls /Library/LaunchDaemons | grep contract-daemon || :`,
  gone: "113",
};

export default ({ platform, account }: Place): ContractCase => {
  const { script, right, answer, change, deleted, gone } = { debian, darwin }[platform];
  return {
    args: {
      name: "contract-daemon",
      description: "Waits",
      program: "/bin/sh",
      arguments: ["-c", script],
      environment: { COLOUR: "dark blue" },
      secretEnvironment: { TOKEN: "a token nobody sees" },
      user: account,
      limits: { memoryMiB: 64 },
    },
    right: { script: right, answer },
    change: { script: change, shows: ["edits", "running"] },
    leftOut: { none: ["description", "secretEnvironment", "user", "limits"] },
    deleted: { script: deleted, answer: gone },
    wrong: {
      program: { program: "sh" },
      "listens[0].port": { listens: [{ port: 0 }] },
      'environment["A B"]': { environment: { "A B": "" } },
    },
    notImported: "secretEnvironment is secret and never read back",
  };
};

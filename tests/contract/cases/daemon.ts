import type { ContractCase } from "../contract-case.ts";

const script = "while :; do sleep 1; done";

export default {
  args: {
    name: "contract-daemon",
    description: "Waits",
    program: "/bin/sh",
    arguments: ["-c", script],
    environment: { COLOUR: "dark blue" },
    secretEnvironment: { TOKEN: "a token nobody sees" },
    user: "www-data",
    limits: { memoryMiB: 64 },
  },
  right: {
    script:
      "systemctl is-active contract-daemon; systemctl is-enabled contract-daemon; pid=$(systemctl show -P MainPID contract-daemon); ps -o user= -p $pid; tr '\\0' '\\n' </proc/$pid/environ | grep -E '^(COLOUR|TOKEN)=' | sort",
    answer: "active\nenabled\nwww-data\nCOLOUR=dark blue\nTOKEN=a token nobody sees",
  },
  change: {
    script:
      "sed -i 's/dark blue/red/' /etc/systemd/system/contract-daemon.service; systemctl daemon-reload; systemctl -q stop contract-daemon",
    shows: ["edits", "running"],
  },
  deleted: {
    script: "systemctl is-active contract-daemon; ls /etc/systemd/system/ | grep contract-daemon || :",
    answer: "inactive",
  },
  wrong: {
    program: { program: "sh" },
    "listens[0].port": { listens: [{ port: 0 }] },
    'environment["A B"]': { environment: { "A B": "" } },
  },
  untold: ["secretEnvironment"],
  crashEvery: 5,
} satisfies ContractCase;

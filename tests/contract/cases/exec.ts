import type { ContractCase } from "../contract-case.ts";

export default {
  before: "mkdir -p /srv/contract; rm -f /srv/contract/exec",
  args: {
    name: "contract",
    check: ["test", "-s", "/srv/contract/exec"],
    command: ["dd", "of=/srv/contract/exec", "status=none"],
    stdin: "put in place\n",
    undo: ["rm", "/srv/contract/exec"],
  },
  secrets: ["stdin"],
  right: { script: "cat /srv/contract/exec", answer: "put in place" },
  change: { script: "rm /srv/contract/exec", shows: "gone" },
  deleted: { script: "test -e /srv/contract/exec; echo $?", answer: "1" },
  wrong: { check: { check: [] }, name: { name: "a/b" } },
  notImported: "only the program knows its check",
} satisfies ContractCase;

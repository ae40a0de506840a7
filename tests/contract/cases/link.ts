import type { ContractCase } from "../contract-case.ts";

export default {
  before: "mkdir -p /srv/contract; rm -rf /srv/contract/link",
  args: { path: "/srv/contract/link", target: "../not there" },
  right: { script: "readlink /srv/contract/link", answer: "../not there" },
  change: { script: "rm /srv/contract/link; echo now a file >/srv/contract/link", shows: ["target"] },
  deleted: { script: "test -L /srv/contract/link; echo $?", answer: "1" },
  wrong: { path: { path: "/srv/contract/" }, target: { target: "two\nlines" } },
} satisfies ContractCase;

import type { ContractCase } from "../contract-case.ts";

export default {
  before: "mkdir -p /srv/contract; echo before us >/srv/contract/file; chmod 640 /srv/contract/file",
  args: { path: "/srv/contract/file", content: "first line\nsecond: ä $HOME\n", mode: "0600", owner: "www-data" },
  right: {
    script: "cat /srv/contract/file; stat -c '%a %U %G' /srv/contract/file",
    answer: "first line\nsecond: ä $HOME\n600 www-data root",
  },
  change: {
    script: "echo more >>/srv/contract/file; chmod 644 /srv/contract/file; chown root:daemon /srv/contract/file",
    shows: ["content", "mode", "owner", "group"],
  },
  deleted: { script: "cat /srv/contract/file; stat -c %a /srv/contract/file", answer: "before us\n640" },
  wrong: { path: { path: "relative" }, mode: { mode: "644" }, content: { content: undefined } },
} satisfies ContractCase;

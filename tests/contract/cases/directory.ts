import type { ContractCase } from "../contract-case.ts";

export default {
  before: "mkdir -p /srv/contract; rm -rf /srv/contract/directory",
  args: { path: "/srv/contract/directory", mode: "2750", group: "daemon" },
  right: { script: "stat -c '%F %a %U %G' /srv/contract/directory", answer: "directory 2750 root daemon" },
  change: {
    script: "chmod 0700 /srv/contract/directory; chown www-data:root /srv/contract/directory",
    shows: ["mode", "owner", "group"],
  },
  deleted: {
    script: "ls -d /srv/contract/directory 2>&1 || :",
    answer: "ls: cannot access '/srv/contract/directory': No such file or directory",
  },
  wrong: { path: { path: "/srv/../etc" }, mode: { mode: "rwxr-x---" } },
} satisfies ContractCase;

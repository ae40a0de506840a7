import type { ContractCase } from "../contract-case.ts";

const main = { content: "include extra\n", mode: "0644", owner: "root", group: "root" };
const extra = { ...main, content: "port 7\n" };

export default {
  before: "mkdir -p /srv/contract/conf; echo before us >/srv/contract/conf/main; rm -f /srv/contract/conf/extra",
  args: {
    name: "contract",
    files: { "/srv/contract/conf/main": main, "/srv/contract/conf/extra": extra },
    root: "/srv/contract/conf",
    validate: ["grep", "-qx", "port [0-9]*", "/srv/contract/conf/extra"],
  },
  right: { script: "cd /srv/contract/conf; cat main extra; ls", answer: "include extra\nport 7\nextra\nmain" },
  change: {
    script: "cd /srv/contract/conf; echo port 8 >extra; chmod 600 main",
    shows: ['files["/srv/contract/conf/extra"].content', 'files["/srv/contract/conf/main"].mode'],
  },
  deleted: { script: "cd /srv/contract/conf; cat main; ls", answer: "before us\nmain" },
  wrong: {
    'files["/srv/contract/conf/main"].mode': { files: { "/srv/contract/conf/main": { ...main, mode: "9" } } },
    healthy: { healthy: ["true"] },
  },
} satisfies ContractCase;

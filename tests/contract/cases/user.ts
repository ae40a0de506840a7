import type { ContractCase } from "../contract-case.ts";

const key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIBVJtFiUYdmIyLVeNzb4XzbSLnyxKVURLgZ4q5ZzV4gr contract";

export default {
  before: "userdel -r deploy 2>/dev/null || :",
  after: ["group"],
  args: {
    name: "deploy",
    uid: 4321,
    group: "contract",
    groups: ["users", "daemon"],
    home: "/home/deploy",
    shell: "/bin/sh",
    comment: "Deploys",
    authorizedKeys: [key],
    destroyHome: true,
  },
  right: {
    script: "getent passwd deploy; id -Gn deploy | tr ' ' '\\n' | sort | xargs; cat /home/deploy/.ssh/authorized_keys",
    answer: `deploy:x:4321:4322:Deploys:/home/deploy:/bin/sh\ncontract daemon users\n${key}`,
  },
  change: {
    script: "usermod -s /bin/bash -G users deploy; : >/home/deploy/.ssh/authorized_keys",
    shows: ["shell", "groups", "authorizedKeys"],
  },
  deleted: { script: "getent passwd deploy; test -e /home/deploy; echo $?", answer: "1" },
  wrong: { name: { name: "Deploy" }, "authorizedKeys[0]": { authorizedKeys: ["# none"] }, uid: { uid: -1 } },
} satisfies ContractCase;

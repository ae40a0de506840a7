import type { ContractCase, Place } from "../contract-case.ts";

const key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIBVJtFiUYdmIyLVeNzb4XzbSLnyxKVURLgZ4q5ZzV4gr contract";

const debian = {
  everybody: "users",
  home: "/home/deploy",
  before: "userdel -r deploy 2>/dev/null || :",
  right: "getent passwd deploy; id -Gn deploy | tr ' ' '\\n' | sort | xargs; cat /home/deploy/.ssh/authorized_keys",
  answer: `deploy:x:4321:4322:Deploys:/home/deploy:/bin/sh\ncontract daemon users\n${key}`,
  change: "usermod -s /bin/bash -G users deploy; : >/home/deploy/.ssh/authorized_keys",
  deleted: "getent passwd deploy; test -e /home/deploy; echo $?",
};

const says = (names: string) => `dscl . -read /Users/deploy ${names} 2>/dev/null`;

const darwin: typeof debian = {
  everybody: "staff",
  home: "/Users/deploy",
  before: "dscl . -delete /Users/deploy 2>/dev/null; rm -rf /Users/deploy",
  right: `${says("UniqueID PrimaryGroupID NFSHomeDirectory UserShell RealName")} | sed 's/.*: //' | xargs
    dscl . -list /Groups GroupMembership | awk '/ deploy( |$)/ { print $1 }' | sort | xargs; cat /Users/deploy/.ssh/authorized_keys`,
  answer: `4321 4322 /Users/deploy /bin/sh Deploys\ndaemon staff\n${key}`,
  change: `dscl . -create /Users/deploy UserShell /bin/zsh; dseditgroup -o edit -d deploy -t user daemon; : >/Users/deploy/.ssh/authorized_keys`,
  deleted: `${says("UniqueID")}; test -e /Users/deploy; echo $?`,
};

export default ({ platform }: Place): ContractCase => {
  const { everybody, home, before, right, answer, change, deleted } = { debian, darwin }[platform];
  return {
    before,
    after: ["group"],
    args: {
      name: "deploy",
      uid: 4321,
      group: "contract",
      groups: [everybody, "daemon"],
      home,
      shell: "/bin/sh",
      comment: "Deploys",
      authorizedKeys: [key],
      destroyHome: true,
    },
    right: { script: right, answer },
    change: { script: change, shows: ["shell", "groups", "authorizedKeys"] },
    leftOut: { kept: ["uid", "groups", "home", "shell", "comment", "authorizedKeys"] },
    deleted: { script: deleted, answer: "1" },
    wrong: { name: { name: "Deploy" }, "authorizedKeys[0]": { authorizedKeys: ["# none"] }, uid: { uid: -1 } },
  };
};

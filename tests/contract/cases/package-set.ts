import type { ContractCase, Place } from "../contract-case.ts";

const debian = {
  before: "apt-get remove -qq -y hello >/dev/null 2>&1 || :",
  right: "hello; dpkg -s hello | grep ^Status",
  answer: "Hello, world!\nStatus: install ok installed",
  change: "dpkg --remove hello",
  program: "/usr/bin/hello",
};

/** As its owner: Homebrew refuses root (MM-14). */
const brew = "sudo -n -H -u $(stat -f %Su /opt/homebrew/bin/brew) /opt/homebrew/bin/brew";

const darwin: typeof debian = {
  before: `${brew} uninstall hello >/dev/null 2>&1 || :`,
  right: `/opt/homebrew/opt/hello/bin/hello; ${brew} list --versions hello | cut -d ' ' -f 1`,
  answer: "Hello, world!\nhello",
  change: `${brew} uninstall hello`,
  program: "/opt/homebrew/opt/hello/bin/hello",
};

export default ({ platform }: Place): ContractCase => {
  const { before, right, answer, change, program } = { debian, darwin }[platform];
  return {
    before,
    args: { name: "contract", packages: { hello: "*" } },
    right: { script: right, answer },
    change: { script: change, shows: ["packages.hello"] },
    deleted: { script: `test -e ${program}; echo $?`, answer: "1" },
    wrong: { packages: { packages: {} }, "packages.Hello": { packages: { Hello: "*" } }, name: { name: "9" } },
  };
};

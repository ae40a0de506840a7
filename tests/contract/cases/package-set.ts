import type { ContractCase } from "../contract-case.ts";

export default {
  before: "apt-get remove -qq -y hello >/dev/null 2>&1 || :",
  args: { name: "contract", packages: { hello: "*" } },
  right: { script: "hello; dpkg -s hello | grep ^Status", answer: "Hello, world!\nStatus: install ok installed" },
  change: { script: "dpkg --remove hello", shows: ["packages.hello"] },
  deleted: { script: "test -e /usr/bin/hello; echo $?", answer: "1" },
  wrong: { packages: { packages: {} }, "packages.Hello": { packages: { Hello: "*" } }, name: { name: "9" } },
  crashEvery: 3,
} satisfies ContractCase;

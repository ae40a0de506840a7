import type { ContractCase, Place } from "../contract-case.ts";

export default ({ folder, account, attributes }: Place): ContractCase => ({
  before: `mkdir -p ${folder}; rm -rf ${folder}/directory`,
  args: { path: `${folder}/directory`, mode: "2750", group: "daemon" },
  right: { script: `test -d ${folder}/directory; ${attributes(`${folder}/directory`)}`, answer: "2750 root daemon" },
  change: {
    script: `chmod 00700 ${folder}/directory; chown ${account}:0 ${folder}/directory`,
    shows: ["mode", "owner", "group"],
  },
  deleted: {
    script: `test -e ${folder}/directory; echo $?`,
    answer: "1",
  },
  wrong: { path: { path: "/srv/../etc" }, mode: { mode: "rwxr-x---" } },
});

import type { ContractCase, Place } from "../contract-case.ts";

export default ({ folder }: Place): ContractCase => ({
  before: `mkdir -p ${folder}; rm -f ${folder}/exec`,
  args: {
    name: "contract",
    check: ["test", "-s", `${folder}/exec`],
    command: ["dd", `of=${folder}/exec`, "status=none"],
    stdin: "put in place\n",
    undo: ["rm", `${folder}/exec`],
  },
  secrets: ["stdin"],
  right: { script: `cat ${folder}/exec`, answer: "put in place" },
  change: { script: `rm ${folder}/exec`, shows: "gone" },
  deleted: { script: `test -e ${folder}/exec; echo $?`, answer: "1" },
  wrong: { check: { check: [] }, name: { name: "a/b" } },
  notImported: "only the program knows its check",
});

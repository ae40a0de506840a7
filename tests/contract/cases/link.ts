import type { ContractCase, Place } from "../contract-case.ts";

export default ({ folder }: Place): ContractCase => ({
  before: `mkdir -p ${folder}; rm -rf ${folder}/link`,
  args: { path: `${folder}/link`, target: "../not there" },
  right: { script: `readlink ${folder}/link`, answer: "../not there" },
  change: { script: `rm ${folder}/link; echo now a file >${folder}/link`, shows: ["target"] },
  deleted: { script: `test -L ${folder}/link; echo $?`, answer: "1" },
  wrong: { path: { path: "/srv/contract/" }, target: { target: "two\nlines" } },
});

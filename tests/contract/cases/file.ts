import type { ContractCase, Place } from "../contract-case.ts";

export default ({ folder, account, attributes, rootGroup }: Place): ContractCase => ({
  before: `mkdir -p ${folder}; echo before us >${folder}/file; chmod 640 ${folder}/file`,
  args: { path: `${folder}/file`, content: "first line\nsecond: ä $HOME\n", mode: "0600", owner: account },
  right: {
    script: `cat ${folder}/file; ${attributes(`${folder}/file`)}`,
    answer: `first line\nsecond: ä $HOME\n600 ${account} ${rootGroup}`,
  },
  change: {
    script: `echo more >>${folder}/file; chmod 644 ${folder}/file; chown root:daemon ${folder}/file`,
    shows: ["content", "mode", "owner", "group"],
  },
  deleted: {
    script: `cat ${folder}/file; ${attributes(`${folder}/file`)} | cut -d ' ' -f 1`,
    answer: "before us\n640",
  },
  wrong: { path: { path: "relative" }, mode: { mode: "644" }, content: { content: undefined } },
});

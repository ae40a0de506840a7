import type { ContractCase, Place } from "../contract-case.ts";

const main = { content: "include extra\n", mode: "0644", owner: "root", group: "root" };
const extra = { ...main, content: "port 7\n" };

export default ({ folder }: Place): ContractCase => ({
  before: `mkdir -p ${folder}/conf; echo before us >${folder}/conf/main; rm -f ${folder}/conf/extra`,
  args: {
    name: "contract",
    files: { [`${folder}/conf/main`]: main, [`${folder}/conf/extra`]: extra },
    root: `${folder}/conf`,
    validate: ["grep", "-qx", "port [0-9]*", `${folder}/conf/extra`],
  },
  right: { script: `cd ${folder}/conf; cat main extra; ls`, answer: "include extra\nport 7\nextra\nmain" },
  change: {
    script: `cd ${folder}/conf; echo port 8 >extra; chmod 600 main`,
    shows: [`files["${folder}/conf/extra"].content`, `files["${folder}/conf/main"].mode`],
  },
  deleted: { script: `cd ${folder}/conf; cat main; ls`, answer: "before us\nmain" },
  wrong: {
    [`files["${folder}/conf/main"].mode`]: { files: { [`${folder}/conf/main`]: { ...main, mode: "9" } } },
    healthy: { healthy: ["true"] },
  },
});

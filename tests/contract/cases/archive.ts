import { fileURLToPath } from "node:url";

import type { ContractCase, Place } from "../contract-case.ts";

export default ({ folder, account, attributes }: Place): ContractCase => ({
  before: `mkdir -p ${folder}; rm -rf ${folder}/archive`,
  args: {
    path: `${folder}/archive`,
    source: fileURLToPath(new URL("../../fixtures/contract/tool.tar.gz", import.meta.url)),
    sha256: "20cb3d496c0896fce1447e69f9ad7288c480d65203811e6cca227bf039caa3e8",
    stripComponents: 1,
    owner: account,
  },
  right: {
    script: `${folder}/archive/bin/tool; ${attributes(`${folder}/archive/bin/tool`)} | cut -d ' ' -f 1,2`,
    answer: `tool 1.0\n755 ${account}`,
  },
  change: { script: `echo more >>${folder}/archive/bin/tool`, shows: ["edits"] },
  deleted: { script: `test -e ${folder}/archive; echo $?`, answer: "1" },
  wrong: {
    sha256: { sha256: "0123" },
    source: { source: "/tmp/tool.rar" },
    unpack: { unpack: "no" },
    url: { url: "https://example.com/tool.tar.gz" },
  },
});

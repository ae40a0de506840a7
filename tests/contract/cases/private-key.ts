import type { ContractCase, Place } from "../contract-case.ts";

const of = (what: string) => `openssl ${what} -outform DER | openssl dgst -sha256`;

export default ({ folder, account, attributes }: Place): ContractCase => {
  const path = `${folder}/client.key`;
  return {
    before: `mkdir -p ${folder}`,
    args: { path, commonName: "contract client", mode: "0640", group: account },
    right: {
      script: `${attributes(path)}; openssl req -in ${path}.csr -noout -verify -subject 2>&1 | sed 's/.*verify OK/verify OK/; s/ //g'
      [ "$(${of(`pkey -in ${path} -pubout`)})" = "$(openssl req -in ${path}.csr -noout -pubkey | ${of("pkey -pubin")})" ]; echo $?`,
      answer: `640 root ${account}\nverifyOK\nsubject=CN=contractclient\n0`,
    },
    change: { script: `chmod 644 ${path}; rm ${path}.csr`, shows: ["mode", "commonName"] },
    deleted: { script: `ls ${path}* 2>/dev/null || :`, answer: "" },
    wrong: { path: { path: "relative" }, commonName: { commonName: "a/b" }, mode: { mode: "600" } },
  };
};
